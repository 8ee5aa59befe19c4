// Package errno knows the system's errors by their names: EIO, ENOSPC, EPIPE.
// Scripts and scenarios name an error, and events tell the name of one.
package errno

import "syscall"

// Named returns the error of that name. The table has the errors that a source
// or a destination may meet and that package syscall names on every system. Each
// system has its own numbers.
func Named(name string) (err syscall.Errno, known bool) {
	err, known = map[string]syscall.Errno{
		"EACCES":       syscall.EACCES,
		"EAGAIN":       syscall.EAGAIN,
		"EBADF":        syscall.EBADF,
		"EBUSY":        syscall.EBUSY,
		"ECANCELED":    syscall.ECANCELED,
		"ECONNABORTED": syscall.ECONNABORTED,
		"ECONNREFUSED": syscall.ECONNREFUSED,
		"ECONNRESET":   syscall.ECONNRESET,
		"EDQUOT":       syscall.EDQUOT,
		"EFAULT":       syscall.EFAULT,
		"EFBIG":        syscall.EFBIG,
		"EHOSTDOWN":    syscall.EHOSTDOWN,
		"EHOSTUNREACH": syscall.EHOSTUNREACH,
		"EINTR":        syscall.EINTR,
		"EINVAL":       syscall.EINVAL,
		"EIO":          syscall.EIO,
		"EISDIR":       syscall.EISDIR,
		"EMFILE":       syscall.EMFILE,
		"EMSGSIZE":     syscall.EMSGSIZE,
		"ENETDOWN":     syscall.ENETDOWN,
		"ENETRESET":    syscall.ENETRESET,
		"ENETUNREACH":  syscall.ENETUNREACH,
		"ENFILE":       syscall.ENFILE,
		"ENOBUFS":      syscall.ENOBUFS,
		"ENODEV":       syscall.ENODEV,
		"ENOENT":       syscall.ENOENT,
		"ENOLCK":       syscall.ENOLCK,
		"ENOMEM":       syscall.ENOMEM,
		"ENOSPC":       syscall.ENOSPC,
		"ENOSYS":       syscall.ENOSYS,
		"ENOTCONN":     syscall.ENOTCONN,
		"ENOTSUP":      syscall.ENOTSUP,
		"ENXIO":        syscall.ENXIO,
		"EOVERFLOW":    syscall.EOVERFLOW,
		"EPERM":        syscall.EPERM,
		"EPIPE":        syscall.EPIPE,
		"EPROTO":       syscall.EPROTO,
		"EROFS":        syscall.EROFS,
		"ESHUTDOWN":    syscall.ESHUTDOWN,
		"ESPIPE":       syscall.ESPIPE,
		"ESTALE":       syscall.ESTALE,
		"ETIMEDOUT":    syscall.ETIMEDOUT,
		"ETXTBSY":      syscall.ETXTBSY,
	}[name]
	return err, known
}
