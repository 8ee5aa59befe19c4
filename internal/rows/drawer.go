package rows

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// accept takes up connections until the listener is closed.
func (s *Seat) accept(listener *net.UnixListener) {
	for {
		conn, err := listener.AcceptUnix()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.drawing == listener && len(s.peers) < maxPeers && s.trust(conn) {
			s.peers[conn] = 0
			s.serving.Go(func() { s.serve(conn) })
		} else {
			conn.Close()
		}
		s.mu.Unlock()
	}
}

// serve takes the messages of one peer until it is gone, says goodbye, or sends
// what is none. Whoever removes the peer from s.peers has closed the connection
// or leaves that to serve.
func (s *Seat) serve(conn *net.UnixConn) {
	defer conn.Close()
	messages := newReceiver(conn)
	for {
		m, err := messages.next()
		s.mu.Lock()
		pid, ours := s.peers[conn]
		if ours && err == nil {
			s.take(conn, m)
		} else if ours {
			delete(s.peers, conn)
			s.lose(pid)
		}
		_, ours = s.peers[conn]
		s.mu.Unlock()
		if !ours {
			return
		}
	}
}

// lose is for a follower that is gone without a word.
func (s *Seat) lose(pid int) {
	if pid == 0 { // it said nothing at all
		return
	}
	s.board.drop(pid)
	s.arrived(pid)
	s.giveWay()
	if s.drawing != nil {
		s.tellAll()
		s.paint("")
	}
}

// take does what a peer asks for.
func (s *Seat) take(conn *net.UnixConn, m message) {
	s.shared = true
	if m.Here > 0 {
		s.peers[conn] = m.Here
		s.arrived(m.Here)
		s.tellAll()
		return
	}
	if m.Row != nil && m.Row.PID != s.peers[conn] {
		return
	}
	if m.Bye {
		s.board.drop(s.peers[conn])
		delete(s.peers, conn)
	}
	s.show(m)
	if m.wantsReply() {
		_ = send(conn, message{Done: true}) // if it does not take that, it asks again
	}
}

// show shows what a message says, our own or that of a peer.
func (s *Seat) show(m message) {
	if m.Row != nil {
		s.board.put(*m.Row)
	}
	if m.Note != nil {
		s.board.add(*m.Note)
	}
	if m.wantsReply() || len(s.missing) == 0 && time.Since(s.painted) >= paintEvery {
		s.paint(m.Above)
	}
	if m.wantsReply() && m.Above == "" {
		s.tellAll()
	}
}

// will returns our will.
func (s *Seat) will() message {
	w := will{Kept: s.board.kept()}
	for _, pid := range s.peers {
		if pid != 0 {
			w.Followers = append(w.Followers, pid)
		}
	}
	return message{Will: &w}
}

// tellAll tells all followers our will, which has changed, and reports whether
// there are any. Rows and notes that are too much for one message stay on the
// screen above the others.
func (s *Seat) tellAll() (heirs bool) {
	if _, err := s.will().encode(); err != nil {
		columns, _ := s.size()
		s.paint(s.board.spill(columns, 0))
	}
	m := s.will()
	for conn, pid := range s.peers {
		err := send(conn, m)
		if pid != 0 && (err == nil || errors.Is(err, syscall.EAGAIN)) {
			heirs = true
		}
	}
	return heirs
}

// arrived notes that a follower of the last drawer is now ours.
func (s *Seat) arrived(pid int) {
	delete(s.missing, pid)
	if len(s.missing) == 0 {
		select {
		case s.complete <- struct{}{}:
		default:
		}
	}
}

// hasHeirs reports whether one of the followers will take over. Each of them
// knows our will. If followers of the last drawer are still to come, it waits
// for them, with s.mu released: they know nothing of what was shown since.
func (s *Seat) hasHeirs() bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for late := false; len(s.missing) > 0 && !late; {
		s.mu.Unlock()
		select {
		case <-s.complete:
		case <-timer.C:
			late = true
		}
		s.mu.Lock()
	}
	s.missing = nil
	return s.drawing != nil && s.tellAll()
}

// giveWay is for a drawer that has lost a peer without a word. It may have been
// stopped: the followers have another drawer then, and we follow, too.
func (s *Seat) giveWay() {
	if conn, gen := s.find(s.gen + 1); conn != nil {
		s.stopDrawing()
		s.gen = gen
		s.follow(conn)
	}
}

// stopDrawing sends the followers to another drawer.
func (s *Seat) stopDrawing() {
	if s.drawing == nil {
		return
	}
	s.drawing.Close()
	s.drawing = nil
	for conn := range s.peers {
		conn.Close()
	}
	clear(s.peers)
}
