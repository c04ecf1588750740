// Before textual.js: its websocket is ours, which tells why it was closed.
"use strict";

const CLOSED = "This dashboard was closed. What was training goes on, unless it was stopped here.";
const LOST = "There is no connection to cifar-tui serve. If it was started anew, open the address it printed.";

window.WebSocket = class extends WebSocket {
  constructor(address) {
    super(address);
    this.addEventListener("close", (event) => {
      document.querySelector("#why").textContent = event.reason || (event.wasClean ? CLOSED : LOST);
      document.body.classList.add("-closed"); // as textual.js does, but later; hidden, the button takes no focus
      document.querySelector("#again").focus();
    });
  }
};
