package endpoint

import (
	"fmt"
	"strings"
	"syscall"

	"bpcopy/internal/units"
)

// Buffers are the sizes of a socket's two buffers in the kernel, in bytes. 0
// leaves a buffer to the system, which then changes its size as it likes.
//
// What lies in these buffers is backpressure that nobody sees: a sender does
// not wait before they are full.
type Buffers struct {
	Receive int64 // SO_RCVBUF
	Send    int64 // SO_SNDBUF
}

// maxBuffer is the largest size that every system can double in an int32.
const maxBuffer = 1 << 30

const bufferForms = "rcvbuf=SIZE or sndbuf=SIZE"

// cutBuffers cuts the parameters off the rest of an operand s, which is what
// follows its scheme. They begin at the last "?".
func cutBuffers(s, rest string) (address string, buffers Buffers, err error) {
	i := strings.LastIndexByte(rest, '?')
	if i < 0 {
		return rest, Buffers{}, nil
	}
	buffers, err = parseBuffers(s, rest[i+1:])
	return rest[:i], buffers, err
}

// parseBuffers parses parameters such as "rcvbuf=64KiB&sndbuf=64KiB". There may
// be none: a path that has a "?" ends with another one.
func parseBuffers(s, parameters string) (b Buffers, err error) {
	if parameters == "" {
		return b, nil
	}
	for parameter := range strings.SplitSeq(parameters, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		into := map[string]*int64{"rcvbuf": &b.Receive, "sndbuf": &b.Send}[name]
		if into == nil {
			hint := ""
			if strings.HasPrefix(s, "unix") {
				hint = `a path that has a "?" is written with another "?" at its end`
			}
			return b, operandError(s, fmt.Sprintf("unknown parameter %q, want %s", name, bufferForms), hint)
		}
		if *into != 0 {
			return b, operandError(s, "a second "+name+", want one", "")
		}
		size, err := units.ParseSize(value)
		switch {
		case err != nil:
			return b, operandError(s, fmt.Sprintf("bad %s %q: %v", name, value, err), "")
		case size > maxBuffer:
			return b, operandError(s, fmt.Sprintf("bad %s %q: want at most %v", name, value, units.Size(maxBuffer)), "")
		}
		*into = int64(size)
	}
	return b, nil
}

// hasBuffers reports whether a path ends as a socket's operand with parameters
// does.
func hasBuffers(path string) bool {
	parameters := path[strings.LastIndexByte(path, '?')+1:]
	return len(parameters) < len(path) && (strings.HasPrefix(parameters, "rcvbuf=") || strings.HasPrefix(parameters, "sndbuf="))
}

// Or returns b with the sizes of others where b leaves them to the system.
func (b Buffers) Or(others Buffers) Buffers {
	if b.Receive == 0 {
		b.Receive = others.Receive
	}
	if b.Send == 0 {
		b.Send = others.Send
	}
	return b
}

// Control prepares a socket that is yet to connect or to listen: it is the
// Control of a [net.Dialer] or a [net.ListenConfig]. The sizes must be set so
// early because the scale of a TCP window is settled with the connection.
func (b Buffers) Control(network, address string, raw syscall.RawConn) error {
	if err := easeLoopback(network, address, raw); err != nil {
		return err
	}
	return b.set(raw)
}

// SetAccepted sets the sizes of a connection that a listener has accepted. TCP
// inherits them from the listener; a Unix socket does not.
func (b Buffers) SetAccepted(conn syscall.Conn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	return b.set(raw)
}

// set sets the sizes that are not left to the system.
func (b Buffers) set(raw syscall.RawConn) error {
	if b == (Buffers{}) {
		return nil
	}
	var failed error
	err := raw.Control(func(fd uintptr) { failed = b.SetOn(fd) })
	if err != nil {
		return err
	}
	return failed
}

// granted returns the sizes that the kernel has granted of b. Linux grants
// twice what is asked for, for its own bookkeeping, up to a limit of the
// system's. A size that is not known or was not asked for is 0.
func (b Buffers) granted(raw syscall.RawConn) Buffers {
	_ = raw.Control(func(fd uintptr) { // if the socket is closed, nothing is known
		for _, buffer := range b.options() {
			if *buffer.size == 0 {
				continue
			}
			size, err := bufferSize(fd, buffer.option)
			if err != nil {
				size = 0
			}
			*buffer.size = int64(size)
		}
	})
	return b
}

// A bufferOption is one of the two sizes, with the option of the socket.
type bufferOption struct {
	name   string
	option int
	size   *int64
}

func (b *Buffers) options() [2]bufferOption {
	return [2]bufferOption{{"rcvbuf", syscall.SO_RCVBUF, &b.Receive}, {"sndbuf", syscall.SO_SNDBUF, &b.Send}}
}
