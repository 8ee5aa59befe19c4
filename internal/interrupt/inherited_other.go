//go:build !linux

package interrupt

import (
	"os"
	"os/signal"
	"syscall"
)

// inherited knows which signals were ignored when the program was started, as
// far as Go's runtime tells.
type inherited struct{}

// ignored reports whether the caught signal s was ignored at the start. A shell
// without job control ignores SIGQUIT together with SIGINT.
func (*inherited) ignored(s syscall.Signal, _ chan<- os.Signal) bool {
	return s == syscall.SIGQUIT && signal.Ignored(syscall.SIGINT)
}
