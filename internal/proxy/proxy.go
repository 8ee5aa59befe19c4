package proxy

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
	"bpcopy/internal/transfer"
)

// Proxy relays connections. Make it with [Listen], then call [Proxy.Run] once.
type Proxy struct {
	opts     Options
	listener *endpoint.Listening
	clock    *clock.Clock
	start    time.Time
	tally    tally
	rows     rows
	flows    *flows // nil if there are no rows
	carrier  carrier
	plain    [2]*transfer.Options // of connections that are nothing special

	finish chan struct{} // closed by Finish
	once   sync.Once     // for finish

	granted struct {
		sync.Mutex
		client, upstream endpoint.Buffers
	}
}

// carrier accepts the connections and relays them.
type carrier interface {
	// run relays until admit says that no more connections are wanted and all
	// have ended, or until cut is called. It returns when every connection is
	// closed.
	run() error
	// stopAccepting lets no more connections in.
	stopAccepting()
	// cut ends all connections, and lets no more in.
	cut()
	// discard frees a carrier that is not to run.
	discard()
}

// Listen returns a proxy that others can connect to.
func Listen(ctx context.Context, opts Options) (*Proxy, error) {
	p := &Proxy{opts: opts, clock: opts.Clock, finish: make(chan struct{}), rows: rows{most: opts.Rows}}
	if p.clock == nil {
		p.clock = clock.New()
	}
	p.start = p.clock.Now()
	if opts.Rows > 0 {
		p.flows = newFlows(p)
	}
	p.plain = p.plainTransfers()
	p.opts.Listen = opts.Listen.WithBuffers(opts.Buffers)
	p.opts.Upstream = opts.Upstream.WithBuffers(opts.Buffers)
	var err error
	if p.listener, err = p.opts.Listen.Listen(ctx); err != nil {
		return nil, err
	}
	if p.carrier, err = newCarrier(p); err != nil {
		return nil, errors.Join(err, p.listener.Close())
	}
	return p, nil
}

// URL returns the operand with which clients connect.
func (p *Proxy) URL() string { return p.listener.URL() }

// Address returns where clients on this machine connect: HOST:PORT, or the path
// of a socket.
func (p *Proxy) Address() string {
	address, err := netip.ParseAddrPort(p.listener.Address())
	if err != nil || !address.Addr().IsUnspecified() {
		return p.listener.Address()
	}
	host := "127.0.0.1"
	if address.Addr().Is6() {
		host = "::1"
	}
	_, port, _ := net.SplitHostPort(p.listener.Address()) // it was parsed
	return net.JoinHostPort(host, port)
}

// lastWords is how long the connections that are open have to end after
// Finish.
const lastWords = time.Second

// Run relays until the time is over, the connections are, Finish was called or
// ctx has ended, whose cause is then the error. It returns when all connections
// are closed.
func (p *Proxy) Run(ctx context.Context) error {
	defer p.listener.Close() // nobody can connect any more; that a file may be left is no failure
	var over <-chan time.Time
	if p.opts.For > 0 {
		timer := time.NewTimer(p.opts.For)
		defer timer.Stop()
		over = timer.C
	}
	if p.flows != nil {
		defer p.flows.watch()()
	}
	ended := make(chan error, 1)
	go func() { ended <- p.carrier.run() }()
	finish := p.finish
	for {
		select {
		case err := <-ended:
			return err
		case <-finish:
			p.carrier.stopAccepting()
			timer := time.NewTimer(lastWords)
			defer timer.Stop()
			finish, over = nil, timer.C
		case <-over:
			p.carrier.cut()
			return <-ended
		case <-ctx.Done():
			p.carrier.cut()
			return errors.Join(context.Cause(ctx), <-ended)
		}
	}
}

// Close stops listening, and removes the file of a Unix socket.
func (p *Proxy) Close() { p.listener.Close() }

// discard frees a proxy that is not to run.
func (p *Proxy) discard() {
	p.carrier.discard()
	p.Close()
}

// Finish lets no more connections in, and gives those that are open a second to
// end.
func (p *Proxy) Finish() { p.once.Do(func() { close(p.finish) }) }

// elapsed returns the time since the proxy began.
func (p *Proxy) elapsed() time.Duration { return p.clock.Now().Sub(p.start) }

// Snapshot is what a proxy has come to at one moment.
type Snapshot struct {
	Elapsed          time.Duration
	Connections      Connections
	Flows            [2]Flow          // by direction
	Client, Upstream endpoint.Buffers // of the first connection, as the kernel has granted them
}

// Snapshot returns what the proxy has come to. Connections that are open count
// in the bytes, pauses and drains only.
func (p *Proxy) Snapshot() Snapshot {
	s := Snapshot{Elapsed: p.elapsed(), Connections: p.tally.connections()}
	for d := range s.Flows {
		s.Flows[d] = p.tally.flow(Direction(d))
	}
	p.granted.Lock()
	defer p.granted.Unlock()
	s.Client, s.Upstream = p.granted.client, p.granted.upstream
	return s
}

// grant notes the sizes of the buffers of a connection, once.
func (p *Proxy) grant(client, upstream func() endpoint.Buffers) {
	p.granted.Lock()
	defer p.granted.Unlock()
	if p.granted.client == (endpoint.Buffers{}) {
		p.granted.client, p.granted.upstream = client(), upstream()
	}
}

// admits reports whether one more connection is wanted after those that were
// opened, now or later.
func (p *Proxy) admits() bool {
	return p.opts.Connections == 0 || p.tally.opened.Load() < p.opts.Connections
}

// stalls notes that a direction has come into a stall, by 1, or out of one, by
// -1.
func (p *Proxy) stalls(by int64) {
	now := p.tally.stalled.Add(by)
	if p.opts.Stalled != nil && (now == 0 || now == 1 && by > 0) {
		p.opts.Stalled()
	}
}

// InStall reports whether a direction of any connection is in a stall.
func (p *Proxy) InStall() bool { return p.tally.stalled.Load() > 0 }

// plainTransfers returns how the bytes of each direction move where nothing is
// special about a connection.
func (p *Proxy) plainTransfers() (all [2]*transfer.Options) {
	for d := range all {
		opts := p.opts.Transfer
		opts.Clock, opts.LateScripts, opts.OwnProcess = p.clock, true, false
		opts.Totals = &p.tally.totals[d]
		opts.SharePaces()
		all[d] = &opts
	}
	return all
}

// transferFor returns how the bytes of a direction move, for the connection with
// that number. It has a series if the connection has a row.
func (p *Proxy) transferFor(number int64, d Direction, drawn draw, series bool) *transfer.Options {
	script, observe := p.opts.Scripts[d], p.opts.Observe
	scripted := drawn.follows && !script.IsZero()
	if !scripted && observe == nil && !series {
		return p.plain[d]
	}
	opts := *p.plain[d]
	opts.Series = series
	if scripted {
		opts.Seed, opts.Consumers = drawn.seeds[d], []throttle.Script{script}
	}
	if observe != nil {
		begun := p.elapsed()
		opts.Observe = func(at time.Duration, e *stream.Event) { observe(number, d, begun+at, e) }
	}
	return &opts
}
