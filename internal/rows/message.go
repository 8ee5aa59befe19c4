package rows

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"bpcopy/internal/inert"
)

// Bounds of what is sent and taken, in bytes. JSON makes six of some.
const (
	maxMessage = 64 << 10
	maxLine    = 2 << 10 // of a row
	maxText    = 2 << 10 // of one message; more is sent in parts
)

// message is one datagram. A follower sends one of Here, Row, Above, Note and
// Bye, and a drawer Will or Done.
type message struct {
	Here  int    `json:",omitempty"` // I am the follower with this process number
	Row   *row   `json:",omitempty"` // my newest row
	Above string `json:",omitempty"` // print this above the rows
	Note  *note  `json:",omitempty"` // keep this below the rows
	Bye   bool   `json:",omitempty"` // I have nothing more to say

	Will *will `json:",omitempty"` // for when I am gone
	Done bool  `json:",omitempty"` // what you asked for
}

// will is what the next drawer must know.
type will struct {
	Followers []int // process numbers; one of them will be the drawer
	Kept      board // what belongs to processes that have ended
}

// wantsReply reports whether the drawer answers: it must not be lost.
func (m message) wantsReply() bool {
	return m.Row != nil && m.Row.Ended || m.Above != "" || m.Note != nil || m.Bye
}

// encode returns m as one datagram. It fails if that is too long.
func (m message) encode() ([]byte, error) {
	datagram, err := json.Marshal(m)
	if err == nil && len(datagram) > maxMessage {
		err = errTooLong
	}
	return datagram, err
}

var errTooLong = errors.New("the message is too long")

// send sends m at once or not at all. It fails with EAGAIN if the other one has
// not taken what was sent before.
func send(conn *net.UnixConn, m message) error {
	datagram, err := m.encode()
	if err != nil {
		return err
	}
	return sendNow(conn, datagram)
}

// receiver takes the messages of one connection.
type receiver struct {
	conn *net.UnixConn
	buf  []byte
}

func newReceiver(conn *net.UnixConn) *receiver {
	return &receiver{conn: conn, buf: make([]byte, maxMessage+1)}
}

// next waits for the next message. It fails when the other one is gone, and
// after anything that is no message.
func (r *receiver) next() (message, error) {
	n, err := r.conn.Read(r.buf)
	if errors.Is(err, syscall.ECONNRESET) {
		// It did not read all that we sent. What it sent itself is still to come.
		n, err = r.conn.Read(r.buf)
	}
	if err != nil {
		return message{}, err
	}
	if n > maxMessage {
		return message{}, errTooLong
	}
	return decode(r.buf[:n])
}

// decode returns the message in a datagram, made inert.
func decode(datagram []byte) (message, error) {
	var m message
	if err := json.Unmarshal(datagram, &m); err != nil {
		return message{}, fmt.Errorf("read message: %w", err)
	}
	m.Above = wholeLines(m.Above)
	rows, notes := []*row{}, []*note{}
	if m.Row != nil {
		rows = append(rows, m.Row)
	}
	if m.Note != nil {
		notes = append(notes, m.Note)
	}
	if m.Will != nil {
		for i := range m.Will.Kept.Rows {
			rows = append(rows, &m.Will.Kept.Rows[i])
		}
		for i := range m.Will.Kept.Notes {
			notes = append(notes, &m.Will.Kept.Notes[i])
		}
	}
	for _, r := range rows {
		if r.PID <= 0 || len(r.Line) > maxLine {
			return message{}, errors.New("read message: not a row")
		}
		r.Line = inertRow(r.Line)
	}
	for _, n := range notes {
		n.Text = wholeLines(n.Text)
	}
	return m, nil
}

// wholeLines returns text made inert, with an end of its last line.
func wholeLines(text string) string {
	if text == "" {
		return ""
	}
	return strings.TrimSuffix(string(inert.Text([]byte(text))), "\n") + "\n"
}

// inertRow returns line made inert, except for its colours.
func inertRow(line string) string {
	var out strings.Builder
	for line != "" {
		escape := strings.IndexByte(line, '\x1b')
		if escape < 0 {
			escape = len(line)
		}
		end := escape + colour(line[escape:])
		if end == escape { // not a colour
			end = min(escape+1, len(line))
			escape = end
		}
		out.WriteString(inert.Line(line[:escape]) + line[escape:end])
		line = line[end:]
	}
	return out.String()
}

// colour returns how long the sequence is with which s starts that sets colours
// (SGR), and 0 if it starts with none.
func colour(s string) int {
	parameters, ok := strings.CutPrefix(s, "\x1b[")
	if !ok {
		return 0
	}
	rest := strings.TrimLeft(parameters, "0123456789;")
	if !strings.HasPrefix(rest, "m") {
		return 0
	}
	return len(s) - len(rest) + 1
}
