// Package recording reads the events of a run from a file, and accounts for them
// again. So a run can be drawn long after it is over.
//
// # Words
//
//   - recording: a file that --events or simulate has written, an event a line.
//   - part: the events of one copy. A recording has one, or one for each leg of a chain, or
//     one for each direction of each connection of a proxy.
//   - account: the ledger of a part.
//   - flow: one direction of all connections together.
//   - summary: the last line. It tells what no event does: the settings, and who held the
//     run up. A recording that was cut off, or is of an older version, has none. Then the
//     run is told without that.
package recording

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"bpcopy/internal/document"
	"bpcopy/internal/report"
)

// longestLine is how long a line of a recording can be. Events have less than 200
// bytes; errors may have long codes, and a summary many destinations.
const longestLine = 4 << 20

// checkEvery is after how many lines the reader looks whether it is still wanted.
const checkEvery = 1 << 12

// Read reads a recording to its end, and returns what documents tell of its parts. The
// name is what they are called. An error of the recording itself is a [*LineError].
func Read(ctx context.Context, in io.Reader, name string) ([]document.Run, error) {
	r := &reader{name: name, parts: make(map[part]*account), flows: map[string]*flow{"down": newFlow(), "up": newFlow()}, connections: make(map[int64]bool)}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), longestLine)
	number := 0
	for ; lines.Scan(); number++ {
		if number%checkEvery == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := r.line(lines.Bytes()); err != nil {
			return nil, &LineError{number + 1, err}
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, &LineError{number + 1, errors.New("want an event, have a line that is too long")}
	}
	if lines.Err() != nil {
		return nil, lines.Err()
	}
	runs := r.runs()
	if runs == nil {
		return nil, &LineError{1, errors.New("want an event, have none")}
	}
	return runs, nil
}

// reader is told the lines of a recording.
type reader struct {
	name  string
	parts map[part]*account
	order []*account // the parts that are told, in the order of their first events

	summary *report.Recorded     // nil if there is none
	proxy   *report.ProxySummary // the same of a proxy

	flows       map[string]*flow // by direction
	connections map[int64]bool   // that there were
	rows        int
}

// line tells a line that is not empty.
func (r *reader) line(text []byte) error {
	e, err := parse(text)
	if err == errSummary {
		summary, proxy, err := report.ParseRecorded(text)
		if err == report.ErrNotRecorded {
			return nil
		}
		r.summary, r.proxy = summary, proxy
		return err
	}
	if err != nil {
		return err
	}
	a := r.parts[e.part()]
	if a == nil {
		if a, err = r.begin(e); err != nil {
			return err
		}
		r.parts[e.part()] = a
	}
	if err := a.tell(e); err != nil {
		return err
	}
	if a.over && !a.drawn { // its flow has all that is needed of it, and there may be many
		delete(r.parts, e.part())
	}
	return nil
}

// begin returns an account for the part of an event.
func (r *reader) begin(e *event) (*account, error) {
	p := e.part()
	a := &account{part: p, name: p.String(r.name), drawn: true}
	if p.conn > 0 {
		r.connections[p.conn] = true
		a.from, a.flow = e.at(), r.flows[p.dir]
		if a.drawn = r.rows < document.MaxRows; !a.drawn {
			return a, nil
		}
		r.rows++
	} else if len(r.order) == document.MaxRuns {
		return nil, fmt.Errorf("want at most %d parts", document.MaxRuns)
	}
	r.order = append(r.order, a)
	return a, nil
}

// runs returns what documents tell, or nil if there is nothing to tell.
func (r *reader) runs() (all []document.Run) {
	switch {
	case r.proxy != nil || len(r.connections) > 0:
		return r.proxyRuns()
	case r.summary != nil:
		return []document.Run{r.whole()}
	}
	for _, a := range r.order {
		all = append(all, a.run())
	}
	return all
}

// LineError is a line of a recording that is no event.
type LineError struct {
	Line int // from 1
	Err  error
}

// Error says which line it is.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong with the line.
func (e *LineError) Unwrap() error { return e.Err }
