package proxy

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"bpcopy/internal/conduit"
	"bpcopy/internal/loop"
)

// newCarrier returns what relays the connections of p.
func newCarrier(p *Proxy) (carrier, error) {
	if p.opts.Goroutines {
		return newGoroutines(p), nil
	}
	return newLoops(p)
}

// loops is the carrier with a goroutine for each processor.
type loops struct {
	*Proxy
	servers  []*server
	acceptor *acceptor // on the first server
	upstream *upstream
	most     int64 // connections that the descriptors allow at once

	closing atomic.Bool   // no more connections come in
	over    chan struct{} // closed by mayEnd
	ending  sync.Once     // for over
	failure error         // of the acceptor; read when over is closed
}

// server serves a share of the connections, in a goroutine.
type server struct {
	*loops
	loop    *loop.Loop
	relays  *conduit.Relays
	conns   map[*connection]struct{}
	cutting bool // all connections are to end
	sampled int  // directions that are looked at in a stall
	peers   peerTable
}

func newLoops(p *Proxy) (*loops, error) {
	l := &loops{Proxy: p, over: make(chan struct{}), most: mostConnections()}
	if max := int64(p.opts.MaxConnections); max > 0 {
		l.most = min(l.most, max)
	}
	var err error
	for range runtime.GOMAXPROCS(0) {
		s := &server{loops: l, conns: make(map[*connection]struct{})}
		if s.loop, err = loop.New(); err != nil {
			return nil, errors.Join(err, l.free())
		}
		s.relays = p.opts.Transfer.NewRelays()
		l.servers = append(l.servers, s)
	}
	l.upstream = newUpstream(p.opts.Upstream)
	if l.acceptor, err = newAcceptor(l.servers[0]); err != nil {
		return nil, errors.Join(err, l.free())
	}
	return l, nil
}

// free frees the loops, which do not run.
func (l *loops) free() error {
	var err error
	for _, s := range l.servers {
		s.loop.Close()
		if s.relays != nil {
			err = errors.Join(err, s.relays.Close())
		}
		s.peers.close()
	}
	return err
}

// discard implements carrier.
func (l *loops) discard() {
	l.acceptor.close()
	_ = l.free() // nothing is in it
}

// spare is how many descriptors are not for connections: reports, pipes, what a
// look at a process needs.
const spare = 48

// mostConnections returns how many connections the descriptors allow. The
// runtime has raised the soft limit to the hard one.
func mostConnections() int64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 1 << 20
	}
	return max(1, (int64(min(limit.Cur, 1<<30))-spare)/2)
}

// run implements carrier.
func (l *loops) run() error {
	ctx, cancel := context.WithCancel(context.Background())
	l.upstream.ctx = ctx
	var running sync.WaitGroup
	for _, s := range l.servers {
		running.Go(s.loop.Run)
	}
	<-l.over
	cancel()
	l.upstream.lookups.Wait()
	for _, s := range l.servers {
		s.loop.Stop()
	}
	running.Wait()
	return errors.Join(l.failure, l.free())
}

// stopAccepting implements carrier.
func (l *loops) stopAccepting() { l.servers[0].loop.Post(l.acceptor.close) }

// cut implements carrier.
func (l *loops) cut() {
	for i, s := range l.servers {
		s.loop.Post(func() {
			if i == 0 {
				l.acceptor.close()
			}
			s.cut()
		})
	}
}

// cut ends all connections of the server.
func (s *server) cut() {
	s.cutting = true
	for c := range s.conns {
		c.close(cut)
	}
}

// mayEnd ends the run if nothing is left to be done.
func (l *loops) mayEnd() {
	if l.closing.Load() && l.tally.open.Load() == 0 {
		l.ending.Do(func() { close(l.over) })
	}
}

// hand gives an accepted socket to one of the servers, in turn.
func (l *loops) hand(fd int) {
	number := l.tally.begin()
	s := l.servers[number%int64(len(l.servers))]
	if s == l.acceptor.server {
		s.serve(fd, number)
	} else {
		s.loop.Post(func() { s.serve(fd, number) })
	}
}

// ended notes that a connection is closed.
func (s *server) ended(c *connection, how ending) {
	delete(s.conns, c)
	s.tally.end(how)
	if s.acceptor.waits.Load() {
		s.servers[0].loop.Post(s.acceptor.accept)
	}
	s.mayEnd()
}
