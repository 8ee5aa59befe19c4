package stage

import (
	"os"
	"os/exec"
)

// Supported reports whether this system can run stages. A wait for one of its pipes
// could not be cancelled here.
func Supported() bool { return false }

// inShell returns a command for the shell.
func inShell(command string) *exec.Cmd { return exec.Command("cmd", "/c", command) }

// keepDescriptors does nothing: no handle is inherited that is not named.
func keepDescriptors() {}

// There are no families without stages.

func adopt(bool) bool                 { return false }
func children() (pids []int, ok bool) { return nil, false }
func group() (all []process, ok bool) { return nil, false }
func waitIfDead(int)                  {}
func ourselves() int                  { return os.Getpid() }
func terminate(int)                   {}
func kill(int)                        {}

// shellStatus returns the exit status of a process.
func shellStatus(s *os.ProcessState) int { return s.ExitCode() }
