package proxy

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"

	"bpcopy/internal/conduit"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/transfer"
)

// goroutines is the carrier with several goroutines for each connection, for
// systems without epoll. It measures no stalls, and a script starts with the
// first byte of its direction.
type goroutines struct {
	*Proxy
	ctx    context.Context // ends when all connections are to
	cancel context.CancelFunc
	free   chan struct{} // has one for each connection that may be open; nil if there is no limit
	all    sync.WaitGroup
}

func newGoroutines(p *Proxy) *goroutines {
	g := &goroutines{Proxy: p}
	g.ctx, g.cancel = context.WithCancel(context.Background())
	if n := p.opts.MaxConnections; n > 0 {
		g.free = make(chan struct{}, n)
	}
	return g
}

// stopAccepting implements carrier.
func (g *goroutines) stopAccepting() { _ = g.listener.Close() } // Accept says so

// discard implements carrier.
func (g *goroutines) discard() { g.cancel() }

// cut implements carrier.
func (g *goroutines) cut() {
	g.cancel()
	g.stopAccepting()
}

// run implements carrier.
func (g *goroutines) run() error {
	defer g.cancel()
	defer g.all.Wait()
	for g.admits() {
		if g.free != nil {
			select {
			case g.free <- struct{}{}:
			case <-g.ctx.Done():
				return nil
			}
		}
		conn, err := g.listener.Accept()
		if err != nil {
			if g.free != nil {
				<-g.free
			}
			if errors.Is(err, net.ErrClosed) {
				return nil
			}
			if g.ctx.Err() != nil {
				return nil
			}
			time.Sleep(acceptLater) // no descriptor is left, or the client has gone again
			continue
		}
		accepted := conn.(halfCloser)
		_ = g.opts.Listen.Buffers().SetAccepted(accepted) // the listener's were set
		number := g.tally.begin()
		g.all.Go(func() {
			g.tally.end(g.relay(accepted, number))
			if g.free != nil {
				<-g.free
			}
		})
	}
	g.stopAccepting()
	return nil
}

// acceptLater is when to try again after a connection could not be accepted.
const acceptLater = 50 * time.Millisecond

// halfCloser is what *net.TCPConn and *net.UnixConn have in common.
type halfCloser interface {
	net.Conn
	syscall.Conn
	CloseWrite() error
}

// relay relays one connection, and returns how it ended.
func (g *goroutines) relay(client halfCloser, number int64) ending {
	upstream, err := g.dial()
	if err != nil {
		resetConn(client)
		if g.ctx.Err() != nil {
			return cut
		}
		return failed
	}
	g.grant(func() endpoint.Buffers { return grantedOf(client) }, func() endpoint.Buffers { return grantedOf(upstream) })
	stop := context.AfterFunc(g.ctx, func() {
		resetConn(client)
		resetConn(upstream)
	})
	defer stop()
	drawn := drawFor(g.opts.Seed, number, g.opts.Share)
	row := g.rows.admit(number, time.Now())
	defer g.rows.end(row)
	var errs [2]error
	var both sync.WaitGroup
	relay := func(d Direction, from, to halfCloser) {
		errs[d] = g.relayOne(number, d, drawn, row, from, to)
		switch {
		case errs[d] == nil:
			_ = to.CloseWrite() // it fails only if the peer has gone
		case errors.Is(errs[d], syscall.EPIPE): // what the receiver has sent is delivered
		default:
			resetConn(client)
			resetConn(upstream)
		}
	}
	both.Go(func() { relay(Up, client, upstream) })
	both.Go(func() { relay(Down, upstream, client) })
	both.Wait()
	if errs[Up] == nil && errs[Down] == nil {
		_, _ = client.Close(), upstream.Close() // both have been told the end
		return completed
	}
	resetConn(client)
	resetConn(upstream)
	return cut
}

// dial connects to the upstream, in as many attempts as it takes.
func (g *goroutines) dial() (conn halfCloser, err error) {
	err = endpoint.KeepTrying(g.ctx, g.opts.ConnectRetry, func() (err error) {
		conn, err = g.attempt()
		return err
	})
	return conn, err
}

// attempt is one attempt to connect.
func (g *goroutines) attempt() (halfCloser, error) {
	ctx := g.ctx
	if g.opts.ConnectTimeout > 0 {
		timed, cancel := context.WithTimeout(ctx, g.opts.ConnectTimeout)
		defer cancel()
		ctx = timed
	}
	conn, err := g.opts.Upstream.Dial(ctx)
	if err != nil {
		return nil, err
	}
	return conn.(halfCloser), nil
}

// relayOne relays one direction, until its sender has ended its side.
func (g *goroutines) relayOne(number int64, d Direction, drawn draw, row *row, from, to halfCloser) error {
	opts := *g.transferFor(number, d, drawn, row != nil)
	opts.LateScripts, opts.Conduit, opts.IdleTimeout = false, conduit.MemoryOnly, g.opts.IdleTimeout
	t, err := transfer.New(sender{from}, []transfer.Destination{receiver{to}}, opts)
	if err != nil {
		return err
	}
	g.rows.begin(row, d, g.elapsed(), t)
	err = t.Run(g.ctx)
	g.tally.add(d, t.Stats(), t.Conduit())
	return err
}

// sender is the source of a direction.
type sender struct{ net.Conn }

// Cancel implements [transfer.Source].
func (s sender) Cancel() { _ = s.SetReadDeadline(time.Unix(1, 0)) } // it fails only if it is closed

// receiver is the destination of a direction.
type receiver struct{ net.Conn }

// Cancel implements [transfer.Destination].
func (r receiver) Cancel() { _ = r.SetWriteDeadline(time.Unix(1, 0)) } // it fails only if it is closed

// resetConn closes a connection and lets the peer know that something is
// missing.
func resetConn(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // it fails only if it is closed
	}
	_ = c.Close()
}

// grantedOf returns the sizes of a connection's buffers.
func grantedOf(c syscall.Conn) (b endpoint.Buffers) {
	if raw, err := c.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { b = endpoint.GrantedTo(fd) }) // if it is closed, nothing is known
	}
	return b
}
