// Package stage runs a command between two copies: it reads what the first one
// writes, and writes what the second one reads.
//
// # Words
//
//   - stage: a command of the user's, which the shell runs.
//
//   - its input, its output: the pipe that it reads, and the one that it writes.
//     This process has the other ends.
//
//   - message: a line that it writes to its standard error.
//
//   - gone: it has ended, and its messages were told.
//
//   - to end a family: to make it go, by signals if need be.
//
//   - family: the stages of a copy, and all that they have started.
//
//   - to adopt: to become the parent of a process that has lost its own.
//
// # What it may do to others
//
// A stage has three pipes and no other descriptor. It stays in the process group of
// this process, so that the terminal stops, continues and interrupts both alike, and so
// that it can ask there for a password. After a failure or a signal nobody of the family
// is left running, also who heeds no pipe. After a success, what a command has left in
// the background stays there, as behind a shell; and so does at any time who has left
// the process group, as setsid does.
package stage

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
	"time"
)

// Stage is a command that was started. Its methods may be called by any goroutine.
type Stage struct {
	command string
	process *exec.Cmd
	in, out *os.File
	gone    chan struct{}
}

// afterwards is how long messages are read of those whom a command has left behind:
// they may keep its standard error open for ever.
const afterwards = 50 * time.Millisecond

// Start starts a command. Each of its messages goes to told, without its line end, by
// one goroutine. While told waits, so does the command when it has more to say.
func (f *Family) Start(command string, told func(message string)) (*Stage, error) {
	s := &Stage{command: command, gone: make(chan struct{})}
	said, err := f.start(s)
	if err != nil {
		return nil, fmt.Errorf("start stage %q: %w", command, err)
	}
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		hear(said, told)
	}()
	go func() {
		defer close(s.gone)
		_ = s.process.Wait() // its state says more
		f.gone(s.process.Process.Pid)
		_ = said.SetReadDeadline(time.Now().Add(afterwards))
		<-heard
		_ = said.Close()
	}()
	return s, nil
}

// start starts the command. It returns the pipe of its messages.
func (f *Family) start(s *Stage) (said *os.File, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []*os.File
	pipe := func() (r, w *os.File) {
		if err == nil {
			if r, w, err = os.Pipe(); err == nil {
				all = append(all, r, w)
			}
		}
		return r, w
	}
	stdin, in := pipe()
	out, stdout := pipe()
	said, stderr := pipe()
	if err == nil {
		s.process = inShell(s.command)
		s.process.Stdin, s.process.Stdout, s.process.Stderr = stdin, stdout, stderr
		keepDescriptors()
		err = s.process.Start()
	}
	if err != nil {
		for _, f := range all {
			_ = f.Close()
		}
		return nil, cause(err)
	}
	s.in, s.out = in, out
	f.shells = append(f.shells, s.process.Process.Pid)
	for _, f := range []*os.File{stdin, stdout, stderr} {
		_ = f.Close()
	}
	return said, nil
}

// cause strips the errors that name the operation and the operand again.
func cause(err error) error {
	if e, ok := errors.AsType[*exec.Error](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

// Command returns the command as the user wrote it.
func (s *Stage) Command() string { return s.command }

// In returns the end of the pipe that the command reads. Whoever writes it closes it.
func (s *Stage) In() *os.File { return s.in }

// Out returns the end of the pipe that the command writes. Whoever reads it closes it.
func (s *Stage) Out() *os.File { return s.out }

// Gone returns a channel that is closed when the command has ended.
func (s *Stage) Gone() <-chan struct{} { return s.gone }

// ExitStatus returns the exit status of a command that has ended, as a shell tells it:
// 128 and more for a signal. It returns nil while the command runs.
func (s *Stage) ExitStatus() *int {
	select {
	case <-s.gone:
		return new(shellStatus(s.process.ProcessState))
	default:
		return nil
	}
}

// Err returns why a command that has ended has failed, or nil if its exit status is 0.
func (s *Stage) Err() error {
	if s.process.ProcessState.Success() {
		return nil
	}
	return fmt.Errorf("run stage %q: %v", s.command, s.process.ProcessState)
}

// brokenPipe is the exit status of a program, as a shell tells it, that SIGPIPE has
// ended: it wrote what nobody reads.
const brokenPipe = 128 + 13

// PipeBroke reports whether a command that has ended was ended by writing what nobody
// reads.
func (s *Stage) PipeBroke() bool { return shellStatus(s.process.ProcessState) == brokenPipe }

// Interrupted reports whether a command that has ended was ended by a signal that the
// terminal sends to all its programs: SIGHUP, SIGINT or SIGQUIT.
func (s *Stage) Interrupted() bool {
	const byHangUp, byQuit = 128 + 1, 128 + 3
	status := shellStatus(s.process.ProcessState)
	return byHangUp <= status && status <= byQuit
}

// mostLabel is how many bytes of a command's name are shown before its messages.
const mostLabel = 32

// Label returns what a command is called before its messages: the name of its program,
// without the folder.
func Label(command string) string {
	label := command
	for word := range strings.FieldsSeq(command) {
		if label = path.Base(strings.Trim(word, "(){};&|!")); label != "." && !strings.Contains(word, "=") { // or it sets a variable
			break
		}
	}
	if len(label) > mostLabel {
		label = strings.ToValidUTF8(label[:mostLabel], "")
	}
	return label
}
