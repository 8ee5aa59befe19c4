//go:build unix

package stage

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// Supported reports whether this system can run stages.
func Supported() bool { return true }

// inShell returns a command for the shell.
func inShell(command string) *exec.Cmd { return exec.Command("/bin/sh", "-c", command) }

// keepDescriptors keeps the descriptors to ourselves that this process was given: what
// it opens itself is not inherited anyway.
func keepDescriptors() {
	const standard = 3
	names, err := os.ReadDir("/dev/fd")
	if err != nil {
		return // the system does not tell which are open
	}
	for _, name := range names {
		if fd, err := strconv.Atoi(name.Name()); err == nil && fd >= standard {
			syscall.CloseOnExec(fd)
		}
	}
}

// ourselves returns this process.
func ourselves() int { return syscall.Getpid() }

// terminate asks a process to end.
func terminate(pid int) { _ = syscall.Kill(pid, syscall.SIGTERM) } // it may have ended

// kill ends a process.
func kill(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) } // it may have ended

// shellStatus returns the exit status of a process as a shell tells it.
func shellStatus(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}
