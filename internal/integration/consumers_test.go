//go:build unix

package integration

import (
	"io"
	"net"
	"testing"
)

// TestConsumerGone: a reader of a pipe that has had enough is no failure of ours,
// and yet not success: 141, as by SIGPIPE, and one line.
func TestConsumerGone(t *testing.T) {
	for _, conduit := range []string{"--conduit=auto", "--conduit=memory"} {
		for name, open := range map[string]opener{"pipe": pipeEnd, "fifo": fifoEnd} {
			dst := open(t, t.TempDir(), false)
			p := bpcopy(t, "-q", conduit, "/dev/zero", dst.operand)
			if dst.stdio != nil {
				p.Stdout = dst.stdio
			}
			p.start()
			dst.stdio.Close()
			if err := dst.with(p, func(peer io.ReadWriter) error {
				_, err := io.ReadFull(peer, make([]byte, 10))
				return err
			}); err != nil {
				t.Errorf("%s: reading from it: %v", name, err)
			}
			p.want(141, `write destination "`+dst.operand+`": the consumer went away`)
		}
	}
}

// TestReset: a connection that breaks is an error on either side.
func TestReset(t *testing.T) {
	files := map[string]string{"dst": "old"}
	reset := func(conn net.Conn) error {
		if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
			return err
		}
		return conn.Close()
	}
	for _, conduit := range []string{"--conduit=auto", "--conduit=memory"} {
		consumer := dialed(t, "tcp", "127.0.0.1:0")
		p := bpcopy(t, "-q", conduit, "/dev/zero", consumer.operand).start()
		if err := consumer.with(p, func(peer io.ReadWriter) error {
			if _, err := io.ReadFull(peer, make([]byte, 1<<20)); err != nil {
				return err
			}
			return reset(peer.(net.Conn))
		}); err != nil {
			t.Error(err)
		}
		p.want(1, `write destination "`+consumer.operand+`": connection reset by peer`)

		producer := dialed(t, "tcp", "127.0.0.1:0")
		dir := folder(t, files)
		p = bpcopy(t, "-q", conduit, producer.operand, "dst")
		p.Dir = dir
		p.start()
		if err := producer.with(p, func(peer io.ReadWriter) error {
			if _, err := io.WriteString(peer, "half"); err != nil {
				return err
			}
			p.untilTemporaryHas(dir, int64(len("half")))
			return reset(peer.(net.Conn))
		}); err != nil {
			t.Error(err)
		}
		p.want(1, `read source "`+producer.operand+`": connection reset by peer`)
		wantFolder(t, dir, files)
	}
}
