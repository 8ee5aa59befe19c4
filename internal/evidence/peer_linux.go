package evidence

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// peers finds the socket at the other side of a connection on this machine, by
// sock_diag(7). Anybody may ask it.
type peers struct {
	netlink int // a socket; 0 until it is needed
	failed  bool
}

const (
	sockDiagByFamily = 20 // SOCK_DIAG_BY_FAMILY
	unixShowPeer     = 4  // UDIAG_SHOW_PEER
	unixDiagPeer     = 2  // UNIX_DIAG_PEER
	anyState         = ^uint32(0)
	noCookie         = ^uint32(0) // INET_DIAG_NOCOOKIE

	unixRequestSize  = 24
	unixResponseSize = 16
	inetRequestSize  = 56
	inetResponseSize = 72
)

func (p *peers) close() {
	if p.netlink > 0 {
		unix.Close(p.netlink)
	}
}

// of returns the socket that fd is connected to, or nil.
func (p *peers) of(fd int, w *watched) *place {
	var ino uint64
	switch {
	case w.domain == unix.AF_UNIX:
		ino = p.unixPeer(uint32(w.ino))
	case w.protocol == unix.IPPROTO_TCP:
		ino = p.tcpPeer(fd)
	}
	if ino == 0 {
		return nil
	}
	return &place{file{kind: socket, ino: ino}, w.role.other()}
}

// unixPeer returns the inode of the peer of a unix socket, or 0.
func (p *peers) unixPeer(ino uint32) uint64 {
	body := make([]byte, 0, unixRequestSize)
	body = append(body, unix.AF_UNIX, 0, 0, 0)
	body = native().AppendUint32(body, anyState)
	body = native().AppendUint32(body, ino)
	body = native().AppendUint32(body, unixShowPeer)
	body = native().AppendUint32(body, noCookie)
	body = native().AppendUint32(body, noCookie)
	answer := p.ask(body)
	if len(answer) < unixResponseSize {
		return 0
	}
	return parseUnixPeer(answer[unixResponseSize:])
}

// parseUnixPeer returns the peer that attributes name, or 0.
func parseUnixPeer(attributes []byte) uint64 {
	const header = 4
	for len(attributes) >= header {
		size, kind := int(native().Uint16(attributes)), native().Uint16(attributes[2:])
		if size < header || size > len(attributes) {
			return 0
		}
		if kind == unixDiagPeer && size >= header+4 {
			return uint64(native().Uint32(attributes[header:]))
		}
		attributes = attributes[min(len(attributes), (size+3)&^3):]
	}
	return 0
}

// tcpPeer returns the inode of the socket whose address is that of the peer of fd, and
// whose peer is fd, or 0: it is on another machine, or in another network namespace.
func (p *peers) tcpPeer(fd int) uint64 {
	local, err := unix.Getsockname(fd)
	if err != nil {
		return 0
	}
	remote, err := unix.Getpeername(fd)
	if err != nil {
		return 0
	}
	body := inetRequest(remote, local)
	if body == nil {
		return 0
	}
	answer := p.ask(body)
	if len(answer) < inetResponseSize {
		return 0
	}
	return uint64(native().Uint32(answer[inetResponseSize-4:]))
}

// inetRequest asks for the TCP socket with these addresses. It is nil if they are of
// no family that is known here.
func inetRequest(local, remote unix.Sockaddr) []byte {
	var family byte
	var ports [2]int
	var addresses [2][16]byte
	var zone uint32
	for i, address := range []unix.Sockaddr{local, remote} {
		switch a := address.(type) {
		case *unix.SockaddrInet4:
			family, ports[i] = unix.AF_INET, a.Port
			copy(addresses[i][:], a.Addr[:])
		case *unix.SockaddrInet6:
			family, ports[i], zone = unix.AF_INET6, a.Port, a.ZoneId
			addresses[i] = a.Addr
		default:
			return nil
		}
	}
	body := make([]byte, 0, inetRequestSize)
	body = append(body, family, unix.IPPROTO_TCP, 0, 0)
	body = native().AppendUint32(body, anyState)
	for _, port := range ports {
		body = binary.BigEndian.AppendUint16(body, uint16(port))
	}
	for _, address := range addresses {
		body = append(body, address[:]...)
	}
	body = native().AppendUint32(body, zone)
	body = native().AppendUint32(body, noCookie)
	return native().AppendUint32(body, noCookie)
}

// ask returns the kernel's answer to a request for one socket, or nil. The kernel
// answers while it takes the request, so nobody waits.
func (p *peers) ask(body []byte) []byte {
	if !p.open() {
		return nil
	}
	request := native().AppendUint32(nil, uint32(unix.NLMSG_HDRLEN+len(body)))
	request = native().AppendUint16(request, sockDiagByFamily)
	request = native().AppendUint16(request, unix.NLM_F_REQUEST)
	request = append(request, make([]byte, unix.NLMSG_HDRLEN-len(request))...) // no sequence, no port
	request = append(request, body...)
	if unix.Sendto(p.netlink, request, unix.MSG_DONTWAIT, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}) != nil {
		return nil
	}
	answer := make([]byte, 4<<10)
	n, _, err := unix.Recvfrom(p.netlink, answer, unix.MSG_DONTWAIT)
	if err != nil || n < unix.NLMSG_HDRLEN || native().Uint16(answer[4:]) != sockDiagByFamily {
		return nil
	}
	return answer[unix.NLMSG_HDRLEN:n]
}

// open opens the socket to the kernel, once.
func (p *peers) open() bool {
	if p.netlink > 0 || p.failed {
		return !p.failed
	}
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	p.netlink, p.failed = fd, err != nil
	return err == nil
}

func native() nativeOrder { return binary.NativeEndian }

type nativeOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}
