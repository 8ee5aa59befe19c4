package endpoint

import (
	"os"

	"bpcopy/internal/side"
)

// FromCommand returns the source that reads what a command writes to a pipe. It is
// ready, and owns this end of the pipe, which must be one of [os.Pipe].
func FromCommand(command string, pipe *os.File) *Source {
	return &Source{end: end{label: label{side.Source, command}, name: command, kind: KindPipe, stream: ownFile{pipe}}}
}

// ToCommand returns the destination that writes what a command reads from a pipe. It is
// ready, and owns this end of the pipe, which must be one of [os.Pipe]. To abort it is to
// tell the command the end of its input.
func ToCommand(command string, pipe *os.File) *Dest {
	return &Dest{end: end{label: label{side.Destination, command}, name: command, kind: KindPipe, stream: ownFile{pipe}}, isConsumer: true}
}
