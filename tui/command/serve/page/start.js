// After textual.js, which begins in window.onload: it measures characters, so the font must be there by then.
"use strict";

const begin = window.onload;
window.onload = async (event) => {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  document.querySelector("#terminal").dataset.sessionWebsocketUrl = `${scheme}//${location.host}/ws`;
  document.querySelector("#again").addEventListener("click", () => location.reload());
  const styles = ["", "bold", "italic"];
  await Promise.allSettled(styles.map((style) => document.fonts.load(`${style} 16px "Roboto Mono"`)));
  begin(event);
  document.querySelector(".xterm-helper-textarea").focus();
};
