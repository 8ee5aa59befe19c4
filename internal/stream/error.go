package stream

// Error is why a stream failed: a system code such as "EIO" or one of Node's
// own. The machine compares codes and hands them on; what lies behind one is the
// driver's business. The zero value means no error.
type Error struct {
	Code  string
	abort bool // made by Pipeline.Abort: Node's AbortError
}

// Fault is the error with the given code.
func Fault(code string) Error { return Error{Code: code} }

// IsZero reports whether e means no error.
func (e Error) IsZero() bool { return e == Error{} }

// The errors that the machine makes by itself, under Node's codes.
const (
	CodeWriteAfterEnd  = "ERR_STREAM_WRITE_AFTER_END"
	CodeDestroyed      = "ERR_STREAM_DESTROYED"
	CodePushAfterEOF   = "ERR_STREAM_PUSH_AFTER_EOF"
	CodePrematureClose = "ERR_STREAM_PREMATURE_CLOSE"
	CodeAborted        = "ABORT_ERR"
)
