// Package recording reads the events of a run from a file, and accounts for them
// again. So a run can be drawn long after it is over.
//
// # Words
//
//   - recording: a file that --events or simulate has written, an event a line.
//   - part: the events of one run. A recording has one, or one for each direction of
//     each connection.
//   - account: the ledger of a part.
//
// A recording does not tell everything. The settings of the run are not known, nor
// who held it up, unless that was a full destination.
package recording

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"bpcopy/internal/document"
)

// longestLine is how long a line of a recording can be. Events have less than 200
// bytes; errors may have long codes.
const longestLine = 1 << 20

// checkEvery is after how many lines the reader looks whether it is still wanted.
const checkEvery = 1 << 12

// Read reads a recording to its end, and returns what documents tell of its parts. The
// name is what they are called. An error of the recording itself is a [*LineError].
func Read(ctx context.Context, r io.Reader, name string) ([]document.Run, error) {
	parts := make(map[part]*account)
	var order []*account
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), longestLine)
	number := 0
	for ; lines.Scan(); number++ {
		if number%checkEvery == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		e, err := parse(lines.Bytes())
		if err == errSummary {
			continue
		}
		if err != nil {
			return nil, &LineError{number + 1, err}
		}
		a := parts[e.part()]
		if a == nil {
			if len(order) == document.MaxRuns {
				return nil, &LineError{number + 1, fmt.Errorf("want at most %d connections and directions", document.MaxRuns)}
			}
			a = &account{name: e.part().String(name)}
			parts[e.part()], order = a, append(order, a)
		}
		if err := a.tell(e); err != nil {
			return nil, &LineError{number + 1, err}
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, &LineError{number + 1, errors.New("want an event, have a line that is too long")}
	}
	if lines.Err() != nil {
		return nil, lines.Err()
	}
	if order == nil {
		return nil, &LineError{1, errors.New("want an event, have none")}
	}
	runs := make([]document.Run, len(order))
	for i, a := range order {
		runs[i] = a.run()
	}
	return runs, nil
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
