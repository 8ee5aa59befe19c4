//go:build unix

package endpoint

import "syscall"

// notThereYet returns the errors of connecting to what is not there yet. ENOENT
// is that of a Unix socket.
func notThereYet() []error {
	return []error{syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENOENT}
}
