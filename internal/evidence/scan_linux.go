package evidence

import (
	"bytes"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// scan looks through the descriptors of all processes for holders. Where there are
// many, it is made in steps, each by one look. Only when it has seen everybody can
// it say that somebody is the only holder.
//
// What it has seen first may have changed by the end. So processes that were started
// meanwhile are looked at as well, and whoever takes a holder from the index asks
// whether it still is one.
type scan struct {
	*proc
	wanted map[file]bool         // sought besides all pipes
	index  map[file][]descriptor // of all pipes and of what is wanted
	left   int                   // how many more descriptors the index takes
	hidden []int                 // processes whose descriptors may not be seen

	listed map[int]bool // processes that need not be listed again
	todo   []int        // processes still to be looked at
	pid    int          // the one that is looked at
	folder int          // its folder of descriptors, open; noFolder between two
	paused bool         // processes may have been started since the last listing
	whole  bool         // everybody has been seen

	took time.Duration // of a processor, by all looks
}

// descriptor is one of a process.
type descriptor struct{ pid, fd int }

const (
	mostIndexed = 1 << 16 // descriptors of a scan
	mostShared  = 1 << 8  // descriptors of a file: with more, nobody is the only one to hold it
	noFolder    = -1
)

// newScan returns a scan for these files and for all pipes. The process self is left
// out.
func newScan(p *proc, self int, wanted map[file]bool) *scan {
	s := &scan{proc: p, wanted: wanted, left: mostIndexed, folder: noFolder}
	s.index = make(map[file][]descriptor)
	s.listed = map[int]bool{self: true}
	s.list()
	return s
}

// list lists the processes that are new, and reports whether there are any.
func (s *scan) list() bool {
	s.paused = false
	for _, pid := range s.numbers(s.root) {
		if !s.listed[pid] {
			s.listed[pid] = true
			s.todo = append(s.todo, pid)
		}
	}
	return len(s.todo) > 0
}

// step goes on until enough reports that it has taken enough, or everybody has been
// seen. It asks after some hundred descriptors.
func (s *scan) step(enough func() bool) {
	for !s.whole {
		if enough() {
			s.paused = true
			return
		}
		switch {
		case s.folder != noFolder:
			s.look()
		case len(s.todo) > 0:
			s.pid, s.todo = s.todo[0], s.todo[1:]
			if s.folder = s.open(s.of(s.pid, "fd")); s.folder == noFolder {
				s.hidden = append(s.hidden, s.pid)
			}
		default:
			s.whole = !s.paused || !s.list()
		}
	}
}

// look takes up the next descriptors of the process that is looked at.
func (s *scan) look() {
	more := s.someLinks(s.folder, func(fd int, link []byte) {
		f := s.linked(fd, link)
		sought := s.wanted[f] || f.kind == pipe && s.left > 0
		if sought && len(s.index[f]) <= mostShared {
			s.index[f] = append(s.index[f], descriptor{s.pid, fd})
			s.left--
		}
	})
	if !more {
		s.close()
	}
}

// close ends the look at a process. It may be called again.
func (s *scan) close() {
	if s.folder != noFolder {
		unix.Close(s.folder)
		s.folder = noFolder
	}
}

// linked returns what the link of a descriptor says that it leads to. Of paths it finds
// out only whether one is a FIFO that is wanted.
func (s *scan) linked(fd int, link []byte) file {
	switch {
	case bytes.HasPrefix(link, []byte("pipe:")), bytes.HasPrefix(link, []byte("socket:")):
		return parseLink(string(link))
	case bytes.HasPrefix(link, []byte("/")):
		for wanted := range s.wanted {
			if wanted.kind == fifo && s.file(s.pid, fd, wanted) == wanted {
				return wanted
			}
		}
	}
	return file{}
}

// tells reports whether the index has all descriptors that lead to a file.
func (s *scan) tells(f file) bool { return s.whole && (s.wanted[f] || f.kind == pipe && s.left > 0) }

// holding returns the processes that hold a place, each with one of its descriptors
// that does. It reports false if there are too many to look at.
func (s *scan) holding(pl place) (all []descriptor, told bool) {
	shared := s.index[pl.file]
	for _, d := range shared {
		known := slices.ContainsFunc(all, func(other descriptor) bool { return other.pid == d.pid })
		if !known && s.leadsTo(d, pl) {
			all = append(all, d)
		}
	}
	return all, len(shared) <= mostShared
}

// leadsTo reports whether a descriptor still is one of a place.
func (s *scan) leadsTo(d descriptor, pl place) bool {
	return s.file(d.pid, d.fd, pl.file) == pl.file && (!pl.oneWay() || s.has(d.pid, d.fd, pl.role))
}
