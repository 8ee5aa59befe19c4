package rows

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// link is the connection of a follower to its drawer.
type link struct {
	conn *net.UnixConn
	done chan struct{} // replies; there is room for one
	gone chan struct{} // closed by hear, when there is another drawer
}

// follow makes us a follower of the drawer at the other end of conn.
func (s *Seat) follow(conn *net.UnixConn) {
	l := &link{conn: conn, done: make(chan struct{}, 1), gone: make(chan struct{})}
	s.following = l
	s.serving.Go(func() { s.hear(l) })
	_ = send(conn, message{Here: s.own.PID}) // if it is gone, hear notices
	s.tell()
}

// tell tells the drawer our newest row. A drawer that has not taken the last
// ones has been stopped.
func (s *Seat) tell() {
	newest := s.own
	if newest.Line == "" || newest.Ended {
		return
	}
	if err := send(s.following.conn, message{Row: &newest}); errors.Is(err, syscall.EAGAIN) {
		s.climb()
	}
}

// hear hears the drawer until one of us goes. Then it finds another one.
func (s *Seat) hear(l *link) {
	defer close(l.gone)
	defer l.conn.Close()
	messages := newReceiver(l.conn)
	for {
		m, err := messages.next()
		if err != nil {
			break
		}
		s.mu.Lock()
		if s.following == l && m.Will != nil {
			s.inherit(*m.Will)
		}
		if s.following == l && m.Done && s.leaving {
			s.closed = true // the drawer counts us no more: we must not succeed it
		}
		s.mu.Unlock()
		if m.Done {
			select {
			case l.done <- struct{}{}:
			default: // nobody waits for it any more
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.following == l {
		s.moveOn()
	}
}

// inherit notes what we need to know as the next drawer.
func (s *Seat) inherit(w will) {
	s.board = w.Kept
	s.missing = make(map[int]bool)
	for _, pid := range w.Followers {
		if pid != s.own.PID {
			s.missing[pid] = true
		}
	}
}

// climb leaves a drawer that has been stopped for the next generation.
func (s *Seat) climb() {
	s.gen++
	s.alone = s.gen > maxGeneration
	s.following.conn.Close()
	s.moveOn()
}

// moveOn finds another drawer, and may be that itself.
func (s *Seat) moveOn() {
	s.following = nil
	s.join()
	if s.drawing != nil {
		s.shared, s.since = true, time.Now()
		if !s.own.Ended {
			s.board.put(s.own)
		}
		if len(s.missing) == 0 {
			s.paint("")
		}
	}
}

// request has the drawer do what m says. It reports false if there is none.
func (s *Seat) request(m message) bool {
	s.talk.Lock()
	defer s.talk.Unlock()
	for range maxTries {
		s.mu.Lock()
		if !m.Bye {
			s.meet()
		}
		l, drawing := s.following, s.drawing != nil && s.shared
		if drawing && !m.Bye {
			s.show(m)
		}
		if l == nil {
			s.mu.Unlock()
			return drawing
		}
		s.leaving = m.Bye
		err := send(l.conn, m)
		s.mu.Unlock()
		if l.await(err) {
			return true
		}
		s.mu.Lock()
		if s.following == l {
			s.climb()
		}
		s.mu.Unlock()
	}
	return false
}

// await waits for the reply to a message that was sent with an error or not.
func (l *link) await(err error) bool {
	if errors.Is(err, syscall.EAGAIN) {
		return false
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-l.done:
		return true
	case <-l.gone:
	case <-timer.C:
	}
	return false
}

// meet makes us a follower without a row, if there is a drawer. If there is
// none, one may have ended just now: then the rows are still there, and another
// drawer will be.
func (s *Seat) meet() {
	for end := time.Now().Add(handOver); !s.seated() && !s.alone; time.Sleep(handOverStep) {
		if conn, gen := s.find(s.gen); conn != nil {
			s.gen = gen
			s.follow(conn)
		} else if !time.Now().Before(end) {
			return
		}
	}
}
