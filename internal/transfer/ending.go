package transfer

import (
	"io"

	"bpcopy/internal/throttle"
)

// scriptedEnd is the end of a copy that its script wanted.
type scriptedEnd struct{ end *throttle.End }

func (e *scriptedEnd) Error() string {
	if e.end.Code == "" {
		return "closed by the script"
	}
	return "failed by the script: " + e.end.Code
}

// saidBy is what src would have said itself: the end of the source, or an
// error.
func (e *scriptedEnd) saidBy(src Source) error {
	err := e.end.Err()
	scripted, ok := src.(ScriptedSource)
	switch {
	case ok && err == nil:
		return scripted.Ended()
	case ok:
		return scripted.ReadError(err)
	case err == nil:
		return io.EOF
	}
	return err
}

// refusedBy is what dst would have said itself.
func (e *scriptedEnd) refusedBy(dst Destination) error {
	err := e.end.Err()
	scripted, ok := dst.(ScriptedDestination)
	switch {
	case ok && err == nil:
		return scripted.Gone()
	case ok:
		return scripted.WriteError(err)
	case err == nil:
		return e
	}
	return err
}
