// Counts the calls that change the files of a folder, in every process that is started with it, and fails
// some. To be preloaded; FAILING_FOLDER is the folder, FAILING_PLAN a file with the plan, which all processes
// share.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct plan {
  int64_t calls, first, end, error, failed;  // those from `first` to before `end` fail with `error`
  char what[216];                            // the first that did
};

static struct plan* plan;
static const char* folder;

__attribute__((constructor)) static void read_plan(void) {
  const char* file = getenv("FAILING_PLAN");
  folder = getenv("FAILING_FOLDER");
  int descriptor = file && folder ? open(file, O_RDWR | O_CLOEXEC) : -1;
  if (descriptor < 0) return;
  void* shared = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (shared != MAP_FAILED) plan = shared;
}

static int is_below(const char* path) { return !strncmp(path, folder, strlen(folder)); }

static int path_of(int descriptor, char* path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  path[length > 0 ? length : 0] = 0;
  return length > 0;
}

static int fails(const char* call, const char* path) {
  int64_t number = __atomic_fetch_add(&plan->calls, 1, __ATOMIC_SEQ_CST);
  if (number < plan->first || number >= plan->end) return 0;
  if (__atomic_fetch_add(&plan->failed, 1, __ATOMIC_SEQ_CST) == 0)
    snprintf(plan->what, sizeof plan->what, "%s %s", call, path + strlen(folder));
  errno = (int)plan->error;
  return 1;
}

static int fails_at(const char* call, int where, const char* name) {
  char base[PATH_MAX] = "", path[2 * PATH_MAX];
  if (!plan) return 0;
  if (name[0] == '/')
    snprintf(path, sizeof path, "%s", name);
  else {
    if (where == AT_FDCWD ? !getcwd(base, sizeof base) : !path_of(where, base)) return 0;
    snprintf(path, sizeof path, "%s/%s", base, name);
  }
  return is_below(path) && fails(call, path);
}

static int fails_on(const char* call, int descriptor) {
  char path[PATH_MAX];
  int before = errno;
  if (!plan) return 0;
  if (path_of(descriptor, path) && is_below(path) && fails(call, path)) return 1;
  errno = before;
  return 0;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
// not an opening without a name, which is a try: who makes it has another way
#define WRITES(flags) ((flags) & (O_WRONLY | O_RDWR | O_CREAT) && ((flags) & O_TMPFILE) != O_TMPFILE)

#define OPEN(name)                                                                                 \
  int name(const char* path, int flags, ...) {                                                     \
    va_list rest;                                                                                  \
    va_start(rest, flags);                                                                         \
    mode_t mode = va_arg(rest, mode_t);                                                            \
    va_end(rest);                                                                                  \
    return WRITES(flags) && fails_at("open", AT_FDCWD, path) ? -1 : NEXT(name)(path, flags, mode); \
  }
#define OPENAT(name)                                                                                   \
  int name(int where, const char* path, int flags, ...) {                                              \
    va_list rest;                                                                                      \
    va_start(rest, flags);                                                                             \
    mode_t mode = va_arg(rest, mode_t);                                                                \
    va_end(rest);                                                                                      \
    return WRITES(flags) && fails_at("open", where, path) ? -1 : NEXT(name)(where, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void* from, size_t count) {
  return fails_on("write", file) ? -1 : NEXT(write)(file, from, count);
}
int fsync(int file) { return fails_on("fsync", file) ? -1 : NEXT(fsync)(file); }
int ftruncate64(int file, off64_t size) {
  return fails_on("ftruncate", file) ? -1 : NEXT(ftruncate64)(file, size);
}
int mkdir(const char* path, mode_t mode) {
  return fails_at("mkdir", AT_FDCWD, path) ? -1 : NEXT(mkdir)(path, mode);
}
int mkdirat(int where, const char* path, mode_t mode) {
  return fails_at("mkdir", where, path) ? -1 : NEXT(mkdirat)(where, path, mode);
}
int rename(const char* from, const char* to) {
  return fails_at("rename", AT_FDCWD, to) ? -1 : NEXT(rename)(from, to);
}
int renameat(int where, const char* from, int there, const char* to) {
  return fails_at("rename", there, to) ? -1 : NEXT(renameat)(where, from, there, to);
}
