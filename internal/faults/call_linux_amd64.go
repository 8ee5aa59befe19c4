package faults

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// A Call is one system call of a program.
type Call struct {
	Name   string
	Target string // the path of the file that it is about, or what else its descriptor is
	// Length is how many bytes it may move, if that is among its arguments.
	Length uint64
}

// file is the last element of the target. A folder that is named with a slash at
// the end is all of its name.
func (c Call) file() string {
	if strings.HasSuffix(c.Target, "/") {
		return c.Target
	}
	return path.Base(strings.TrimSuffix(c.Target, " (deleted)"))
}

// String returns the call as it is reported, such as write(dst).
func (c Call) String() string { return fmt.Sprintf("%s(%s)", c.Name, c.file()) }

// spared are the calls that no fault happens to and that nobody counts: the Go
// runtime makes them for itself and dies, or waits for ever, if they fail.
func spared() map[string][]uint32 {
	return map[string][]uint32{
		"threads and locks: the runtime dies without": {
			unix.SYS_FUTEX, unix.SYS_CLONE, unix.SYS_CLONE3, unix.SYS_VFORK, unix.SYS_FORK, unix.SYS_TGKILL,
			unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_SET_TID_ADDRESS, unix.SYS_ARCH_PRCTL,
		},
		"signal handlers: the runtime dies without, and a lost mask loses signals": {
			unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK,
		},
		"memory of the runtime: it dies without": {
			unix.SYS_BRK, unix.SYS_MUNMAP, unix.SYS_MADVISE, unix.SYS_MPROTECT, unix.SYS_MINCORE,
		},
		"the poller of the runtime: it dies without": {
			unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_WAIT, // and more: see poller
		},
		"time and scheduling, which have no error that happens": {
			unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_GETTIMEOFDAY,
			unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_GETRANDOM, unix.SYS_RESTART_SYSCALL,
			unix.SYS_TIMER_CREATE, unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_DELETE, unix.SYS_SETITIMER,
		},
		"who am I: the kernel always answers": {
			unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_GETPPID, unix.SYS_GETUID, unix.SYS_GETEUID,
			unix.SYS_GETGID, unix.SYS_GETEGID, unix.SYS_UMASK, unix.SYS_UNAME,
		},
		"the end": {unix.SYS_EXIT, unix.SYS_EXIT_GROUP, unix.SYS_EXECVE},
	}
}

// sparedNumbers are the numbers of the calls in spared.
func sparedNumbers() []uint32 {
	var all []uint32
	for _, numbers := range spared() {
		all = append(all, numbers...)
	}
	slices.Sort(all)
	return all
}

// A kind says what the arguments of a system call are.
type kind struct {
	name   string
	path   int // which argument is the path of the file, -1 for none
	length int // which argument is how many bytes may be moved, -1 for none
	file   int // which argument is the descriptor of the file, where there is no path
}

const none = -1

// kinds are the calls known by name. Another one is sys_NUMBER, and its first
// argument is taken for a descriptor.
func kinds() map[uint64]kind {
	all := map[uint64]kind{
		unix.SYS_READ:            {"read", none, 2, 0},
		unix.SYS_WRITE:           {"write", none, 2, 0},
		unix.SYS_PREAD64:         {"pread64", none, 2, 0},
		unix.SYS_PWRITE64:        {"pwrite64", none, 2, 0},
		unix.SYS_SENDTO:          {"sendto", none, 2, 0},
		unix.SYS_RECVFROM:        {"recvfrom", none, 2, 0},
		unix.SYS_SPLICE:          {"splice", none, 4, 0},
		unix.SYS_TEE:             {"tee", none, 2, 0},
		unix.SYS_SENDFILE:        {"sendfile", none, 3, 0},
		unix.SYS_COPY_FILE_RANGE: {"copy_file_range", none, 4, 0},
		unix.SYS_OPENAT:          {"openat", 1, none, 0},
		unix.SYS_OPENAT2:         {"openat2", 1, none, 0},
		unix.SYS_NEWFSTATAT:      {"newfstatat", 1, none, 0},
		unix.SYS_STATX:           {"statx", 1, none, 0},
		unix.SYS_READLINKAT:      {"readlinkat", 1, none, 0},
		unix.SYS_FACCESSAT:       {"faccessat", 1, none, 0},
		unix.SYS_FACCESSAT2:      {"faccessat2", 1, none, 0},
		unix.SYS_UNLINKAT:        {"unlinkat", 1, none, 0},
		unix.SYS_MKDIRAT:         {"mkdirat", 1, none, 0},
		unix.SYS_FCHMODAT:        {"fchmodat", 1, none, 0},
		unix.SYS_FCHMODAT2:       {"fchmodat2", 1, none, 0},
		unix.SYS_FCHOWNAT:        {"fchownat", 1, none, 0},
		unix.SYS_UTIMENSAT:       {"utimensat", 1, none, 0},
		unix.SYS_LINKAT:          {"linkat", 3, none, 0},
		unix.SYS_SYMLINKAT:       {"symlinkat", 2, none, 0},
		unix.SYS_RENAME:          {"rename", 1, none, 0},
		unix.SYS_RENAMEAT:        {"renameat", 3, none, 0},
		unix.SYS_RENAMEAT2:       {"renameat2", 3, none, 0},
		unix.SYS_UNLINK:          {"unlink", 0, none, 0},
		unix.SYS_CHMOD:           {"chmod", 0, none, 0},
		unix.SYS_STATFS:          {"statfs", 0, none, 0},
		unix.SYS_GETXATTR:        {"getxattr", 0, none, 0},
		unix.SYS_LGETXATTR:       {"lgetxattr", 0, none, 0},
		unix.SYS_SETXATTR:        {"setxattr", 0, none, 0},
		unix.SYS_LISTXATTR:       {"listxattr", 0, none, 0},
		unix.SYS_LLISTXATTR:      {"llistxattr", 0, none, 0},
		unix.SYS_ACCESS:          {"access", 0, none, 0},
		unix.SYS_STAT:            {"stat", 0, none, 0},
		unix.SYS_LSTAT:           {"lstat", 0, none, 0},
	}
	for number, name := range descriptorCalls() {
		all[number] = kind{name, none, none, 0}
	}
	all[unix.SYS_EPOLL_CTL] = kind{"epoll_ctl", none, none, 2}
	return all
}

// descriptorCalls are about a descriptor, their first argument, or about nothing.
func descriptorCalls() map[uint64]string {
	return map[uint64]string{
		unix.SYS_OPEN: "open", unix.SYS_CLOSE: "close", unix.SYS_FSTAT: "fstat", unix.SYS_FSTATFS: "fstatfs",
		unix.SYS_LSEEK: "lseek", unix.SYS_FSYNC: "fsync", unix.SYS_FDATASYNC: "fdatasync", unix.SYS_SYNCFS: "syncfs",
		unix.SYS_SYNC_FILE_RANGE: "sync_file_range", unix.SYS_FTRUNCATE: "ftruncate", unix.SYS_FALLOCATE: "fallocate",
		unix.SYS_FADVISE64: "fadvise64", unix.SYS_READAHEAD: "readahead", unix.SYS_FLOCK: "flock",
		unix.SYS_FCHMOD: "fchmod", unix.SYS_FCHOWN: "fchown", unix.SYS_FCNTL: "fcntl", unix.SYS_IOCTL: "ioctl",
		unix.SYS_FGETXATTR: "fgetxattr", unix.SYS_FSETXATTR: "fsetxattr", unix.SYS_FLISTXATTR: "flistxattr",
		unix.SYS_FREMOVEXATTR: "fremovexattr", unix.SYS_GETDENTS64: "getdents64", unix.SYS_DUP: "dup", unix.SYS_DUP2: "dup2", unix.SYS_DUP3: "dup3",
		unix.SYS_PIPE2: "pipe2", unix.SYS_POLL: "poll", unix.SYS_PPOLL: "ppoll", unix.SYS_SELECT: "select",
		unix.SYS_PSELECT6: "pselect6", unix.SYS_SOCKET: "socket", unix.SYS_BIND: "bind",
		unix.SYS_LISTEN: "listen", unix.SYS_CONNECT: "connect", unix.SYS_ACCEPT4: "accept4", unix.SYS_SHUTDOWN: "shutdown",
		unix.SYS_SETSOCKOPT: "setsockopt", unix.SYS_GETSOCKOPT: "getsockopt", unix.SYS_GETSOCKNAME: "getsockname",
		unix.SYS_GETPEERNAME: "getpeername", unix.SYS_SENDMSG: "sendmsg", unix.SYS_RECVMSG: "recvmsg",
		unix.SYS_WRITEV: "writev", unix.SYS_READV: "readv", unix.SYS_VMSPLICE: "vmsplice", unix.SYS_MMAP: "mmap",
		unix.SYS_EPOLL_CREATE1: "epoll_create1", unix.SYS_EVENTFD2: "eventfd2",
		unix.SYS_CAPGET: "capget", unix.SYS_GETRLIMIT: "getrlimit", unix.SYS_PRCTL: "prctl", unix.SYS_PRLIMIT64: "prlimit64", unix.SYS_GETRUSAGE: "getrusage", unix.SYS_SYSINFO: "sysinfo",
		unix.SYS_KILL: "kill", unix.SYS_PIDFD_OPEN: "pidfd_open", unix.SYS_WAITID: "waitid", unix.SYS_GETCWD: "getcwd",
		unix.SYS_MEMFD_CREATE: "memfd_create", unix.SYS_MREMAP: "mremap", unix.SYS_UNSHARE: "unshare",
		unix.SYS_PROCESS_VM_READV: "process_vm_readv", unix.SYS_TIMERFD_CREATE: "timerfd_create",
	}
}
