package proxy

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"bpcopy/internal/loop"
)

// phase is how far a connection has come.
type phase uint8

const (
	connecting phase = iota // to the upstream
	relaying                // until both directions are over
	lingering               // until what was written has arrived
	closed
)

// connection is a client with its upstream. It belongs to the goroutine of its
// server.
type connection struct {
	*server
	number           int64
	client, upstream socket
	lanes            [2]lane // by direction
	row              *row    // nil if it has none
	job              loop.Job

	phase phase
	begun bool // a byte has moved
	plain bool // it is to be closed without a reset

	addresses []address     // to try
	retry     time.Time     // until when attempts to connect begin
	giveUp    time.Time     // when to give up an attempt, or the rest of a reset connection; zero is never
	pause     time.Duration // between two looks while it lingers
}

var (
	// errCut ends a direction of a connection that is cut.
	errCut = errors.New("the connection was cut")
	// errScript is the end that a script wants.
	errScript = errors.New("closed by the script")
)

// serve relays the connection of a client.
func (s *server) serve(fd int, number int64) {
	c := &connection{server: s, number: number}
	c.client.FD, c.upstream.FD = fd, -1
	c.client.conn, c.upstream.conn = c, c
	c.job.Do = c.look
	s.conns[c] = struct{}{}
	if s.opts.Listen.Network() == "unix" {
		_ = s.opts.Listen.Buffers().SetOn(uintptr(fd)) // the listener's were set, and TCP inherits them
	}
	if err := c.client.watchIn(s.loop); err != nil {
		_ = unix.Close(fd)
		c.client.FD = -1
		c.close(failed)
		return
	}
	c.client.atOnce()
	if s.cutting {
		c.close(cut)
		return
	}
	c.retry = time.Now().Add(s.opts.ConnectRetry)
	c.attempt()
}

// relay begins to relay.
func (c *connection) relay() {
	c.phase, c.giveUp, c.addresses = relaying, time.Time{}, nil
	c.loop.Unset(&c.job)
	if c.opts.IdleTimeout > 0 {
		c.loop.At(&c.job, time.Now().Add(c.opts.IdleTimeout))
	}
	drawn := drawFor(c.opts.Seed, c.number, c.opts.Share)
	c.row = c.rows.admit(c.number, time.Now())
	c.lanes[Down].set(c, Down, &c.upstream, &c.client)
	c.lanes[Up].set(c, Up, &c.client, &c.upstream)
	for i := range c.lanes {
		if err := c.lanes[i].begin(drawn); err != nil {
			c.reset()
			return
		}
	}
	for i := range c.lanes {
		c.lanes[i].run()
	}
}

// from returns the direction that reads a socket, and to the one that writes it.
func (c *connection) from(s *socket) *lane {
	if s == &c.client {
		return &c.lanes[Up]
	}
	return &c.lanes[Down]
}

func (c *connection) to(s *socket) *lane {
	if s == &c.client {
		return &c.lanes[Down]
	}
	return &c.lanes[Up]
}

// other returns the other direction.
func (c *connection) other(l *lane) *lane { return &c.lanes[1-l.direction] }

// soon gives a direction a turn.
func (c *connection) soon(l *lane) {
	if c.phase == relaying && !l.over {
		c.loop.Soon(&l.job)
	}
}

// mayRead notes that there may be something to read.
func (c *connection) mayRead(s *socket) {
	l := c.from(s)
	if c.phase == relaying && l.stall != nil {
		l.stall.came(l)
	}
	if s.Dry {
		s.Dry = false
		c.soon(l)
	}
}

// moved notes that a byte has moved, which starts the scripts.
func (c *connection) moved() {
	if c.begun {
		return
	}
	c.begun = true
	for i := range c.lanes {
		if l := &c.lanes[i]; l.scripted && !l.over {
			l.turns.BeginScripts()
			c.soon(l)
		}
	}
}

// ebb is how long what was sent before a reset may take to be delivered.
const ebb = time.Second

// broken notes that nothing can be written to a socket's peer any more, and why.
// With EPIPE the peer's own side has ended before, and what it had sent is
// delivered. Otherwise it is reset: that is passed on when what had come before
// is delivered, or soon.
func (c *connection) broken(s *socket, err error) {
	if s.gone != nil {
		return
	}
	s.gone = err
	if c.phase != relaying {
		c.close(cut)
		return
	}
	s.reset = err != unix.EPIPE
	s.Dry = false
	if s.reset {
		c.giveUp = time.Now().Add(ebb)
		c.loop.At(&c.job, c.giveUp)
	}
	c.soon(c.from(s))
	if to := c.to(s); !to.over {
		to.turns.Abort(err)
		to.run()
	}
}

// laneEnded is called when a direction is over, and why.
func (c *connection) laneEnded(l *lane, err error) {
	other := c.other(l)
	switch {
	case c.phase != relaying:
		return
	case err == nil:
		l.to.end()
	case err == errScript:
		c.plain = true
		c.close(cut)
		return
	case l.writeFailed != nil:
		c.broken(l.to, l.writeFailed)
	case l.readFailed != nil:
		c.broken(l.from, l.readFailed)
	case l.to.gone == nil: // by nobody's fault but the script's, or ours
		c.reset()
		return
	}
	if !l.over || !other.over || c.phase != relaying {
		return
	}
	if c.lanes[0].err == nil && c.lanes[1].err == nil {
		c.plain = true
		c.close(completed)
		return
	}
	c.linger()
}

// linger waits until what was written has arrived, and then resets what is left.
func (c *connection) linger() {
	c.phase, c.pause = lingering, time.Millisecond
	c.look()
}

// look does what the time has come for.
func (c *connection) look() {
	now := time.Now()
	late := !c.giveUp.IsZero() && !now.Before(c.giveUp)
	switch {
	case c.phase == connecting:
		c.lookConnecting(late)
	case c.phase == lingering:
		c.lookLingering(late)
	case late:
		c.reset()
	case c.phase == relaying && c.opts.IdleTimeout > 0:
		c.lookIdle()
	}
}

// lookLingering closes the connection if what was written has arrived.
func (c *connection) lookLingering(late bool) {
	for _, s := range []*socket{&c.client, &c.upstream} {
		if !late && s.gone == nil && s.unsent() {
			c.pause = min(2*c.pause, 50*time.Millisecond)
			c.loop.At(&c.job, time.Now().Add(c.pause))
			return
		}
	}
	c.reset()
}

// lookIdle cuts the connection if no byte has moved for too long, although it
// waited for one.
func (c *connection) lookIdle() {
	now := c.clock.Now()
	last := now
	if !c.lanes[Up].held() && !c.lanes[Down].held() {
		last = c.lanes[Up].lastMoved()
		if down := c.lanes[Down].lastMoved(); down.After(last) {
			last = down
		}
	}
	if left := c.opts.IdleTimeout - now.Sub(last); left > 0 {
		c.loop.At(&c.job, time.Now().Add(left))
		return
	}
	c.reset()
}

// reset cuts the connection, and tells both sides that something is missing.
func (c *connection) reset() { c.close(cut) }

// close closes both sockets and counts how the connection ended.
func (c *connection) close(how ending) {
	if c.phase == closed {
		return
	}
	begun := c.phase != connecting
	c.phase = closed
	c.loop.Cancel(&c.job)
	if begun {
		for i := range c.lanes {
			c.lanes[i].abandon()
		}
		c.rows.end(c.row)
	}
	if c.plain {
		c.client.close(c.loop)
		c.upstream.close(c.loop)
	} else {
		c.client.closeByReset(c.loop)
		c.upstream.closeByReset(c.loop)
	}
	c.ended(c, how)
}
