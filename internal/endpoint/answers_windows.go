package endpoint

import (
	"syscall"
	"time"
)

// undelivered returns 0, because Windows does not tell. The system is trusted
// to send the bytes that it took.
func undelivered(syscall.Conn) (queued int, err error) { return 0, nil }

// dropped is empty: hear drops all answers here.
type dropped struct{}

// dropNext waits for an answer and drops it. At the peer's end it returns
// io.EOF.
func (o *outgoing) dropNext(scratch []byte) error {
	_, err := o.socketConn.Read(scratch)
	return err
}

// dropNow starts hear. Nobody polls descriptors here.
func (o *outgoing) dropNow() error {
	o.hear()
	return nil
}

// shareSocket does nothing, because standard output is no socket here.
func (d *Dest) shareSocket(*Source, time.Duration) {}
