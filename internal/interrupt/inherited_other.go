//go:build !linux

package interrupt

import (
	"os"
	"os/signal"
	"syscall"
)

// inherited is what signals did when the program was started, as far as the
// runtime tells.
type inherited struct{}

// ignored tells whether s, which is caught, was ignored at the start. A shell
// without job control ignores SIGQUIT together with SIGINT.
func (*inherited) ignored(s syscall.Signal, _ chan<- os.Signal) bool {
	return s == syscall.SIGQUIT && signal.Ignored(syscall.SIGINT)
}
