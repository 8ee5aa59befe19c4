package proxy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"bpcopy/internal/report"
)

// EnvAddress is the variable in which a command finds the address of the proxy.
const EnvAddress = "BPCOPY_PROXY"

// command is a program that uses the proxy.
type command struct {
	process *exec.Cmd
	gone    chan struct{} // closed when it has ended
}

// startCommand starts a program, and calls ended when it has ended.
func startCommand(c Command, address string, ended func()) (*command, error) {
	process := exec.Command(c.Args[0], c.Args[1:]...)
	process.Stdin, process.Stdout, process.Stderr = c.Stdin, c.Stdout, c.Stderr
	process.Env = append(os.Environ(), EnvAddress+"="+address)
	if err := process.Start(); err != nil {
		if e, ok := errors.AsType[*exec.Error](err); ok {
			err = e.Err
		}
		if e, ok := errors.AsType[*os.PathError](err); ok {
			err = e.Err
		}
		return nil, fmt.Errorf("start command %q: %w", c.Args[0], err)
	}
	cmd := &command{process: process, gone: make(chan struct{})}
	go func() {
		_ = process.Wait() // its state says more
		close(cmd.gone)
		ended()
	}()
	return cmd, nil
}

// signal passes a signal on, unless the terminal has sent it to the command as
// well.
func (c *command) signal(s os.Signal) {
	if !sentByTerminal(s) {
		_ = c.process.Process.Signal(s) // it may have ended
	}
}

// farewell is how long a command may take to end after a signal.
const farewell = 400 * time.Millisecond

// wait waits for the command, but not for long if ctx has ended.
func (c *command) wait(ctx context.Context) {
	var late <-chan time.Time
	if ctx.Err() != nil {
		timer := time.NewTimer(farewell)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-c.gone:
	case <-late:
	}
}

// exitCode returns the exit status of a command that has ended, as a shell tells
// it, and nil if it has not ended.
func (c *command) exitCode() *int {
	select {
	case <-c.gone:
		return new(shellStatus(c.process.ProcessState))
	default:
		return nil
	}
}

// status is exitCode as a status of the run.
func (c *command) status() report.Status {
	if code := c.exitCode(); code != nil {
		return report.Status(*code)
	}
	return report.OK
}
