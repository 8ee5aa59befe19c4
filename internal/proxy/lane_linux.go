package proxy

import (
	"io"
	"time"

	"bpcopy/internal/conduit"
	"bpcopy/internal/loop"
	"bpcopy/internal/transfer"
)

// lane is one direction of a connection: a copy from one of its sockets to the
// other one.
type lane struct {
	*conduit.Relay
	conn      *connection
	direction Direction
	from, to  *socket
	turns     *transfer.Turns
	job       loop.Job
	stall     *stallWatch

	scripted                bool // the receiver follows a script
	over                    bool
	err                     error // why it ended; nil if everything was delivered
	readFailed, writeFailed error // what the sockets said
}

func (l *lane) set(c *connection, d Direction, from, to *socket) {
	l.conn, l.direction, l.from, l.to = c, d, from, to
	l.over = true // until it begins
	l.job.Do = l.run
}

// begin begins the copy.
func (l *lane) begin(drawn draw) error {
	c := l.conn
	l.Relay = c.relays.NewRelay(&l.from.Socket, &l.to.Socket)
	opts := c.transferFor(c.number, l.direction, drawn, c.row != nil)
	var err error
	l.turns, err = transfer.NewTurns(l, l, l, opts, l.wake)
	if err != nil {
		return err
	}
	c.rows.begin(c.row, l.direction, c.elapsed(), l.turns.Copy)
	l.over = false
	l.scripted = len(opts.Consumers) > 0
	if l.scripted && opts.Consumers[0].Stalls() {
		l.stall = newStallWatch(l)
	}
	l.turns.Begin()
	return nil
}

// wake is called when the copy wants a turn. That comes of what its own server
// does, which gives it one.
func (*lane) wake() {}

// movesAtOnce lets other connections have their turn.
const movesAtOnce = 64

// run gives the copy a turn.
func (l *lane) run() {
	if l.over {
		return
	}
	c := l.conn
	if l.stall != nil && l.stall.inside {
		l.stall.look(l) // before anything moves
	}
	in, over := l.turns.Turn(movesAtOnce)
	if err := l.Settle(); err != nil && !over {
		l.turns.Abort(err)
		over = true
	}
	if !c.begun {
		if read, _ := l.turns.Moved(); read > 0 {
			c.moved()
		}
	}
	if l.stall != nil {
		l.stall.look(l)
	}
	switch {
	case over:
		l.end()
		c.laneEnded(l, l.err)
	case in == 0:
		c.loop.Soon(&l.job)
	case in > 0:
		c.loop.At(&l.job, time.Now().Add(in))
	default:
		c.loop.Unset(&l.job)
	}
}

// abandon ends the copy, if it is not over.
func (l *lane) abandon() {
	if !l.over {
		l.turns.Abort(errCut)
		l.end()
	}
}

// end counts what the copy has come to.
func (l *lane) end() {
	c := l.conn
	l.over = true
	c.loop.Cancel(&l.job)
	if l.stall != nil {
		l.stall.end(l)
	}
	conduit := l.Name()
	l.err = l.turns.End()
	c.tally.add(l.direction, l.turns.Stats(), conduit)
}

// buffered reports whether bytes are between the two sockets.
func (l *lane) buffered() bool {
	read, written := l.turns.Moved()
	return read > written
}

// held reports whether the copy waits for its time.
func (l *lane) held() bool { return !l.over && l.turns.Held() }

// lastMoved returns when a byte moved last.
func (l *lane) lastMoved() time.Time { return l.turns.LastMoved() }

// TryFill implements [conduit.Tried].
func (l *lane) TryFill(size int64) (int64, error) {
	n, err := l.Relay.TryFill(size)
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF && !l.from.reset:
		return n, err
	case err != io.EOF:
		l.from.reset, l.readFailed = true, err
	case l.readFailed == nil:
		l.readFailed = l.from.gone
	}
	if l.buffered() { // what came before goes first
		return 0, nil
	}
	return 0, l.readFailed
}

// TryFlush implements [conduit.Tried].
func (l *lane) TryFlush(size int64) (int64, error) {
	n, err := l.Relay.TryFlush(size)
	if err != nil {
		l.writeFailed = err
	}
	return n, err
}

// Read implements [transfer.Source], for nobody: the relay reads.
func (*lane) Read([]byte) (int, error) { panic("BUG: proxy: a direction was read") }

// Write implements [transfer.Destination], for nobody: the relay writes.
func (*lane) Write([]byte) (int, error) { panic("BUG: proxy: a direction was written") }

// Cancel does nothing: no call waits.
func (*lane) Cancel() {}

// Gone implements [transfer.ScriptedDestination].
func (*lane) Gone() error { return errScript }

// WriteError implements [transfer.ScriptedDestination].
func (*lane) WriteError(err error) error { return err }
