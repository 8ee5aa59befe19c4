package rows

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	// patience is how long a process waits for the drawer to take what must not
	// be lost. A drawer needs far less, unless it or the terminal is stopped.
	patience = 500 * time.Millisecond
	// A drawer that ends is followed by another one in far less than that.
	handOver     = 10 * time.Millisecond
	handOverStep = time.Millisecond
	// paintEvery bounds how often the rows of others have the board painted.
	paintEvery = 50 * time.Millisecond

	maxPeers      = 64 // that a drawer listens to
	maxGeneration = 3  // drawers of one board that were stopped
	maxTries      = 4  // to find a drawer, while others end
	maxRefusals   = 20 // frames in which the name was not to be had
)

// Options tell a [Seat] where it is.
type Options struct {
	Terminal *os.File                    // what may be a terminal
	Writer   io.Writer                   // writes to it
	Size     func() (columns, lines int) // of the terminal now; 0 is not known

	Stdin, Stdout *os.File // pipes among them tell the order of the pipeline
}

// Seat is the place of one process on its terminal. A nil Seat draws nothing,
// as one does that has no neighbours. Its methods may be called from any
// goroutine.
type Seat struct {
	opts  Options
	name  string                   // the meeting place
	trust func(*net.UnixConn) bool // trusted, or what a test says

	talk    sync.Mutex     // held while a reply is awaited; taken before mu
	serving sync.WaitGroup // accept, serve and hear; Close waits

	mu      sync.Mutex // guards the fields below, and serializes frames
	gen     int        // the generation that we meet in
	own     row
	notes   int // that we have printed
	board   board
	missing map[int]bool // once we are the drawer: who is to come
	since   time.Time    // when we took over
	shared  bool         // others have or had rows here: we paint all of them, and our own
	leaving bool         // we have said goodbye to the drawer
	closed  bool         // we follow nobody any more, and do not draw
	painted time.Time    // when the last frame was

	// At most one of these is set. If none is, we have no row yet.
	drawing   *net.UnixListener
	following *link
	refusals  int  // how often the name was not to be had
	alone     bool // it will not be; do not try again

	// For a drawer.
	peers    map[*net.UnixConn]int // the process number of each, or 0 if it has not said it
	complete chan struct{}         // arrived sends: nobody is missing; room for one
}

// New returns a seat, and nil if opts.Terminal is no terminal or this system
// has no way to meet there. Nobody knows of it until it draws.
func New(opts Options) *Seat {
	place, ok := meetingPlace(opts.Terminal)
	if !ok {
		return nil
	}
	s := newSeat(opts, place)
	s.own = row{PID: os.Getpid(), Group: processGroup(), In: pipeOf(opts.Stdin), Out: pipeOf(opts.Stdout)}
	return s
}

func newSeat(opts Options, place string) *Seat {
	return &Seat{opts: opts, name: place, trust: trusted, peers: make(map[*net.UnixConn]int), complete: make(chan struct{}, 1)}
}

// Draw shows line, which fits into one, as the row of this process. It reports
// false if the process is alone on its terminal. The caller then draws.
func (s *Seat) Draw(line string) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.own.Line = line
	if !s.seated() && !s.own.Ended {
		if s.join(); !s.seated() && !s.closed && !s.alone {
			return true // whoever has the name is about to draw; the next frame finds them
		}
	}
	if s.following != nil {
		s.tell()
	}
	if s.drawing != nil {
		if time.Since(s.since) > patience {
			s.missing = nil // they died with the last drawer
		}
		s.board.put(s.own)
		if s.shared {
			s.paint("")
		}
	}
	return s.following != nil || s.drawing != nil && s.shared
}

// seated reports whether we draw or follow.
func (s *Seat) seated() bool { return s.drawing != nil || s.following != nil }

// Follows reports whether another process draws the row of this one.
func (s *Seat) Follows() bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.following != nil
}

// Leave is Draw for the last line, which stays. If it reports false, the caller
// leaves it. What is written from now on is shown below the rows, and the
// cursor leaves them with [Seat.Close].
func (s *Seat) Leave(line string) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	s.own.Line, s.own.Ended = line, true
	if s.drawing != nil && !s.shared {
		s.board.drop(s.own.PID) // the caller leaves it above the rows of others who may come
	}
	last := s.own
	s.mu.Unlock()
	return s.request(message{Row: &last})
}

// Print prints text, which is whole lines and inert, above the rows. If it
// reports false, the caller prints.
func (s *Seat) Print(text string) bool {
	if s == nil {
		return false
	}
	return s.inParts(text, func(part string) message { return message{Above: part} }) == ""
}

// Write prints text, which is whole lines and inert: above the rows, and below
// them if our row has ended. It fails as Options.Writer does.
func (s *Seat) Write(text []byte) (int, error) {
	rest := s.inParts(string(text), func(part string) message {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.own.Ended {
			return message{Above: part}
		}
		s.notes++
		return message{Note: &note{PID: s.own.PID, N: s.notes, Text: part}}
	})
	if rest != "" {
		if _, err := io.WriteString(s.opts.Writer, rest); err != nil {
			return len(text) - len(rest), err
		}
	}
	return len(text), nil
}

// inParts has text shown in messages that are not too long, and returns what
// was not.
func (s *Seat) inParts(text string, pack func(part string) message) string {
	for text != "" {
		end := len(text)
		if end > maxText {
			if end = strings.LastIndexByte(text[:maxText], '\n') + 1; end == 0 {
				end = maxText
			}
		}
		if !s.request(pack(text[:end])) {
			break
		}
		text = text[end:]
	}
	return text
}

// Close gives up the row and hands the board over to a follower. It waits no
// longer for another process than half a second. Nothing must be written or
// drawn after it.
func (s *Seat) Close() {
	if s == nil {
		return
	}
	s.request(message{Bye: true})
	s.mu.Lock()
	if s.drawing != nil {
		s.board.drop(s.own.PID)
		if s.shared && !s.hasHeirs() && s.drawing != nil {
			s.finish()
		}
	}
	s.closed = true
	s.stopDrawing()
	if s.following != nil {
		s.following.conn.Close()
		s.following = nil
	}
	s.mu.Unlock()
	s.serving.Wait()
}

// join makes us a drawer, or else a follower.
func (s *Seat) join() {
	for range maxTries {
		if s.closed || s.alone {
			return
		}
		if conn, gen := s.find(s.gen); conn != nil {
			s.gen = gen
			s.follow(conn)
			return
		}
		listener, err := listen(s.place(s.gen))
		if err == nil {
			s.drawing = listener
			s.serving.Go(func() { s.accept(listener) })
			return
		}
		// Somebody took the name just now and does not listen yet, or somebody has it
		// who is not trusted.
	}
	s.refusals++
	s.alone = s.refusals >= maxRefusals
}

// find connects us to the drawer of the newest generation from the given one on,
// and returns that. It returns nil if there is none.
func (s *Seat) find(from int) (*net.UnixConn, int) {
	for gen := maxGeneration; gen >= from; gen-- {
		conn, err := dial(s.place(gen))
		switch {
		case err != nil:
		case s.trust(conn):
			return conn, gen
		default:
			conn.Close()
		}
	}
	return nil, 0
}

// place returns the name under which a generation meets.
func (s *Seat) place(generation int) string { return fmt.Sprintf("%s-%d", s.name, generation) }

// paint shows the board, with text above it.
func (s *Seat) paint(above string) {
	columns, lines := s.size()
	_, _ = io.WriteString(s.opts.Writer, s.board.frame(above, columns, lines))
	s.painted = time.Now()
}

// finish leaves the board on the screen. Nobody is there any more.
func (s *Seat) finish() {
	columns, lines := s.size()
	_, _ = io.WriteString(s.opts.Writer, s.board.last(columns, lines))
	s.board, s.shared = board{}, false
	s.stopDrawing()
}

func (s *Seat) size() (columns, lines int) {
	if s.opts.Size != nil {
		columns, lines = s.opts.Size()
	}
	if columns <= 0 || lines <= 0 {
		return defaultColumns, defaultLines
	}
	return columns, lines
}
