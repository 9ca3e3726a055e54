/* Makes the n-th change of a file fail, as a full or a dying disk does.
 *
 * Preloaded into the program under test. Counts the calls that change files below FAULTS_FOLDER; from the FAULTS_AT-th
 * on they fail with ENOSPC (FAULTS_KIND=full), or that one alone with EIO (FAULTS_KIND=once). A full disk takes what
 * needs no new space: syncing, cutting, removing. When a call has failed, the file FAULTS_MARK is there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int below(const char *path) {
    const char *folder = getenv("FAULTS_FOLDER");
    return folder && !strncmp(path, folder, strlen(folder));
}

static int below_at(int at, const char *path) {
    char whole[8192], base[4096], link[64];
    if (path[0] == '/') return below(path);
    if (at == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return 0;
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
    }
    snprintf(whole, sizeof whole, "%s/%s", base, path);
    return below(whole);
}

static int below_fd(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

/* 0, or the error that this call has to fail with. */
static int fault(int needs_space) {
    const char *at = getenv("FAULTS_AT"), *kind = getenv("FAULTS_KIND"), *mark = getenv("FAULTS_MARK");
    if (!at || !kind || !mark) return 0;
    long call = atomic_fetch_add(&calls, 1) + 1;
    int full = !strcmp(kind, "full");
    if (full ? call < atol(at) || !needs_space : call != atol(at)) return 0;
    long fd = syscall(SYS_openat, AT_FDCWD, mark, O_CREAT | O_WRONLY, 0644);
    if (fd >= 0) syscall(SYS_close, fd);
    return full ? ENOSPC : EIO;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);

#define FAIL(condition, needs_space) \
    if (condition) { int error = fault(needs_space); if (error) { errno = error; return -1; } }

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, "write", int, const void *, size_t)
    FAIL(below_fd(fd), 1)
    return real(fd, bytes, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int)
    FAIL(below_fd(fd), 1)
    return real(fd, parts, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t)
    FAIL(below_fd(fd), 1)
    return real(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t)
    FAIL(below_fd(fd), 1)
    return real(fd, bytes, count, offset);
}

int fsync(int fd) {
    REAL(int, "fsync", int)
    FAIL(below_fd(fd), 0)
    return real(fd);
}

int fdatasync(int fd) {
    REAL(int, "fdatasync", int)
    FAIL(below_fd(fd), 0)
    return real(fd);
}

int ftruncate(int fd, off_t length) {
    REAL(int, "ftruncate", int, off_t)
    FAIL(below_fd(fd), 0)
    return real(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    REAL(int, "ftruncate64", int, off64_t)
    FAIL(below_fd(fd), 0)
    return real(fd, length);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
    REAL(int, "fallocate", int, int, off_t, off_t)
    FAIL(below_fd(fd), 1)
    return real(fd, mode, offset, length);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *)
    FAIL(below_at(AT_FDCWD, to), 1)
    return real(from, to);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *)
    FAIL(below_at(AT_FDCWD, path), 0)
    return real(path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t)
    FAIL(below_at(AT_FDCWD, path), 1)
    return real(path, mode);
}

/* Only a new file is a change. */
#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...) \
        mode_t mode = 0; \
        if (flags & (O_CREAT | __O_TMPFILE)) { \
            va_list arguments; \
            va_start(arguments, flags); \
            mode = va_arg(arguments, mode_t); \
            va_end(arguments); \
        } \
        FAIL((flags & O_CREAT) && access(path, F_OK) && below_at(AT_FDCWD, path), 1) \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

int openat(int at, const char *path, int flags, ...) {
    REAL(int, "openat", int, const char *, int, ...)
    mode_t mode = 0;
    if (flags & (O_CREAT | __O_TMPFILE)) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    FAIL((flags & O_CREAT) && faccessat(at, path, F_OK, 0) && below_at(at, path), 1)
    return real(at, path, flags, mode);
}
