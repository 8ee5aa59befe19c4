package faults

import "strings"

// errnos are the errors that a system call may well return. A call that is not
// listed fails with usualErrnos.
func errnos(call string) []What {
	names, listed := map[string]string{
		"read":            "EIO EINTR ENOMEM ESTALE",
		"pread64":         "EIO EINTR ENOMEM",
		"write":           "EIO ENOSPC EDQUOT EINTR EFBIG EPIPE EPERM",
		"pwrite64":        "EIO ENOSPC EDQUOT EINTR EFBIG",
		"splice":          "EIO ENOSPC EDQUOT EINTR EAGAIN EINVAL ENOSYS EPERM ENOMEM EOPNOTSUPP EXDEV",
		"tee":             "EINTR EAGAIN EINVAL ENOSYS EPERM ENOMEM",
		"copy_file_range": "EIO ENOSPC EDQUOT EINTR EXDEV EINVAL ENOSYS EOPNOTSUPP EPERM",
		"sendfile":        "EIO EINTR EINVAL ENOSYS",
		"sendto":          "EPIPE ECONNRESET EINTR ENOMEM",
		"recvfrom":        "ECONNRESET EINTR ENOMEM",
		"openat":          "EIO EACCES EPERM EMFILE ENFILE ENOMEM EROFS ENOSPC EDQUOT EINTR EOPNOTSUPP ENOENT",
		"openat2":         "EIO EACCES EMFILE ENOSYS EPERM EINVAL",
		"close":           "EIO ENOSPC EDQUOT EINTR",
		"fsync":           "EIO ENOSPC EDQUOT EINTR EROFS EINVAL",
		"fdatasync":       "EIO ENOSPC EDQUOT EINTR EROFS EINVAL",
		"sync_file_range": "EIO ENOSYS EINVAL EPERM ESPIPE",
		"rename":          "EIO ENOSPC EDQUOT EPERM EACCES EXDEV EROFS EBUSY",
		"renameat":        "EIO ENOSPC EDQUOT EPERM EACCES EXDEV EROFS EBUSY",
		"renameat2":       "EIO ENOSPC EDQUOT EPERM EACCES EXDEV EROFS EBUSY EINVAL ENOSYS EEXIST",
		"linkat":          "EIO ENOSPC EDQUOT EPERM EACCES EXDEV EROFS EMLINK ENOENT EOPNOTSUPP EEXIST",
		"unlinkat":        "EIO EPERM EACCES EROFS EBUSY EINTR",
		"unlink":          "EIO EPERM EACCES EROFS EBUSY",
		"fchmod":          "EIO EPERM EROFS ENOSPC EINTR",
		"fchmodat":        "EIO EPERM EROFS ENOSYS",
		"fchown":          "EIO EPERM EROFS EDQUOT EINTR EINVAL",
		"fchownat":        "EIO EPERM EROFS EDQUOT",
		"utimensat":       "EIO EPERM EACCES EROFS ENOSYS",
		"fstat":           "EIO ENOMEM",
		"newfstatat":      "EIO ENOMEM EACCES EINTR",
		"statx":           "EIO ENOMEM EACCES ENOSYS EPERM",
		"fstatfs":         "EIO ENOSYS EPERM",
		"statfs":          "EIO ENOSYS EPERM EACCES",
		"readlinkat":      "EIO EACCES EINVAL EINTR ENOENT",
		"faccessat":       "EIO EACCES EROFS ENOSYS EPERM",
		"faccessat2":      "EIO EACCES EROFS ENOSYS EPERM",
		"getdents64":      "EIO EINTR",
		"lseek":           "EINVAL ESPIPE ENXIO EIO",
		"ftruncate":       "EIO EPERM EINTR EINVAL",
		"fallocate":       "ENOSPC ENOSYS EOPNOTSUPP EINTR EPERM",
		"fadvise64":       "ENOSYS EINVAL ESPIPE EPERM",
		"flock":           "ENOLCK EAGAIN EINTR",
		"fcntl":           "EINVAL EPERM EBUSY ENOMEM EIO",
		"ioctl":           "ENOTTY EINVAL EPERM EIO ENOSYS",
		"fgetxattr":       "EIO EOPNOTSUPP ERANGE EPERM ENOSYS",
		"fsetxattr":       "EIO EOPNOTSUPP ENOSPC EDQUOT EPERM",
		// ENOSYS is for a kernel without attributes: there is nothing to keep.
		"flistxattr":  "EIO ERANGE",
		"listxattr":   "EIO ERANGE",
		"getxattr":    "EIO EOPNOTSUPP ERANGE",
		"lgetxattr":   "EIO EOPNOTSUPP ERANGE",
		"setxattr":    "EIO EOPNOTSUPP ENOSPC EDQUOT EPERM",
		"eventfd2":    "EMFILE ENFILE ENOMEM EPERM",
		"pipe2":       "EMFILE ENFILE ENOMEM EPERM",
		"ppoll":       "EINTR ENOMEM EPERM ENOSYS EINVAL",
		"poll":        "EINTR ENOMEM EPERM ENOSYS",
		"epoll_ctl":   "EPERM ENOMEM ENOSPC",
		"mmap":        "ENOMEM EPERM EAGAIN",
		"socket":      "EMFILE ENFILE ENOBUFS EACCES EAFNOSUPPORT",
		"bind":        "EADDRINUSE EACCES EADDRNOTAVAIL",
		"listen":      "EADDRINUSE EOPNOTSUPP",
		"connect":     "ECONNREFUSED ETIMEDOUT ENETUNREACH EACCES EADDRNOTAVAIL",
		"accept4":     "EMFILE ENFILE ECONNABORTED ENOMEM EPERM EINTR",
		"shutdown":    "ENOTCONN ENOBUFS",
		"setsockopt":  "EINVAL ENOPROTOOPT EPERM",
		"getsockopt":  "EINVAL ENOPROTOOPT ENOBUFS",
		"getsockname": "ENOBUFS EINVAL",
		"getpeername": "ENOTCONN ENOBUFS",
	}[call]
	if !listed {
		names = usualErrnos
	}
	var all []What
	for name := range strings.FieldsSeq(names) {
		all = append(all, What(name))
	}
	return all
}

const usualErrnos = "EIO EPERM ENOMEM ENOSYS EINVAL"

// movers are the calls that may move fewer bytes than they were asked for.
func movers() []string {
	return []string{
		"read", "pread64", "write", "pwrite64", "splice", "tee", "copy_file_range", "sendfile", "sendto", "recvfrom",
	}
}

// readers are those of them that tell the end of a file by moving nothing.
func readers() []string { return []string{"read", "pread64", "splice", "copy_file_range"} }

// refusable are calls that bpcopy can do without. Sandboxes and old filesystems
// refuse them, always and with one of refusals.
func refusable() []string {
	return []string{"splice", "tee", "copy_file_range", "sendfile", "sync_file_range", "fadvise64", "fallocate", "ioctl"}
}

func refusals() []What { return []What{"EPERM", "ENOSYS", "EINVAL", "EOPNOTSUPP", "EXDEV"} }
