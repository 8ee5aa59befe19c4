package proxy

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"bpcopy/internal/endpoint"
)

// upstream knows the addresses to connect to.
type upstream struct {
	operand endpoint.Operand
	fixed   []address // of a path, or of a host without a name
	host    string
	port    int

	ctx     context.Context // of the lookups; set before the first
	lookups sync.WaitGroup

	mu    sync.Mutex // guards what follows
	known []address
	until time.Time // for which known holds
}

// lookupHolds is how long what was looked up is taken for true.
const lookupHolds = time.Second

func newUpstream(o endpoint.Operand) *upstream {
	u := &upstream{operand: o}
	if o.Network() == "unix" {
		u.fixed = []address{{path: o.Address()}}
		return u
	}
	host, port, _ := net.SplitHostPort(o.Address()) // the operand was parsed
	u.host = host
	u.port, _ = strconv.Atoi(port) // the same
	if host, err := netip.ParseAddr(host); err == nil {
		u.fixed = []address{{host: host, port: u.port}}
	}
	return u
}

// addresses returns the addresses, or nil if they have to be looked up.
func (u *upstream) addresses() []address {
	if u.fixed != nil {
		return u.fixed
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if time.Now().After(u.until) {
		return nil
	}
	return u.known
}

// lookUp looks the addresses up. There is at least one if it does not fail.
func (u *upstream) lookUp() ([]address, error) {
	hosts, err := net.DefaultResolver.LookupNetIP(u.ctx, "ip", u.host)
	if err != nil {
		return nil, err
	}
	var all []address
	for _, host := range hosts {
		all = append(all, address{host: host.Unmap(), port: u.port})
	}
	if all == nil {
		return nil, errors.New("no address")
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.known, u.until = all, time.Now().Add(lookupHolds)
	return all, nil
}

// address is where to connect: a host and a port, or a path.
type address struct {
	host netip.Addr
	port int
	path string
}

// sockaddr returns the address for a system call, which changes it.
func (a address) sockaddr() (to unix.Sockaddr, family int) {
	switch {
	case a.path != "":
		return &unix.SockaddrUnix{Name: a.path}, unix.AF_UNIX
	case a.host.Is4():
		return &unix.SockaddrInet4{Port: a.port, Addr: a.host.As4()}, unix.AF_INET
	}
	six := &unix.SockaddrInet6{Port: a.port, Addr: a.host.As16()}
	if zone := a.host.Zone(); zone != "" {
		if number, err := strconv.ParseUint(zone, 10, 32); err == nil {
			six.ZoneId = uint32(number)
		} else if card, err := net.InterfaceByName(zone); err == nil {
			six.ZoneId = uint32(card.Index)
		}
	}
	return six, unix.AF_INET6
}

// connect returns a socket that connects to the address, or tells later why it
// does not. It is not in blocking mode. At once says that it is connected.
func (a address) connect(buffers endpoint.Buffers) (fd int, atOnce bool, err error) {
	to, family := a.sockaddr()
	if fd, err = unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
		return -1, false, err
	}
	if a.host.IsLoopback() {
		endpoint.EaseLoopback(fd)
	}
	if err = buffers.SetOn(uintptr(fd)); err == nil {
		err = unix.Connect(fd, to)
	}
	switch err {
	case nil:
		return fd, true, nil
	case unix.EINPROGRESS:
		return fd, false, nil
	}
	_ = unix.Close(fd) // it was not connected
	return -1, false, err
}
