package proxy

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// peerTable asks the kernel about the sockets at the other ends of connections,
// which are on this machine. Its zero value is ready.
type peerTable struct {
	fd     int // of a netlink socket, plus 1
	silent bool
	answer [1024]byte
}

// peerQueue is what a table is to be asked about one socket.
type peerQueue struct {
	request []byte // nil until it is asked
	unknown bool   // the peer is not on this machine, or nobody tells
}

const (
	sockDiagByFamily = 20
	diagHeader       = 16
	diagRequest      = 56
	diagID           = diagHeader + 8 // where the addresses begin
	diagWriteQueue   = diagHeader + 60
	diagEnd          = diagHeader + 72 // where the attributes begin
	diagInfo         = 2               // the attribute that is a TCP_INFO
)

// close frees the table.
func (t *peerTable) close() {
	if t.fd > 0 {
		_ = unix.Close(t.fd - 1) // nothing is under way
		t.fd = 0
	}
}

// written returns how many bytes the peer of a TCP socket has written so far, of
// which our kernel has received some, if the peer is on this machine. The ends
// of a connection may count as a byte.
func (q *peerQueue) written(t *peerTable, fd int, received int64) (bytes int64, known bool) {
	if q.unknown || t.silent {
		return 0, false
	}
	if q.request == nil {
		if q.request = diagFor(fd); q.request == nil {
			q.unknown = true
			return 0, false
		}
	}
	queued, acknowledged, known := t.ask(q.request)
	q.unknown = !known
	// What has come but is not yet acknowledged is still in the peer's queue.
	return min(acknowledged, received) + queued, known
}

// ask asks for one socket: how many bytes in its queue are not acknowledged, and
// how many ever were.
func (t *peerTable) ask(request []byte) (queued, acknowledged int64, known bool) {
	if t.fd == 0 {
		fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
		if err != nil {
			t.silent = true
			return 0, 0, false
		}
		t.fd = fd + 1
	}
	if err := unix.Sendto(t.fd-1, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return 0, 0, false
	}
	n, _, err := unix.Recvfrom(t.fd-1, t.answer[:], unix.MSG_DONTWAIT) // the kernel has answered already
	if err != nil || n < diagEnd || binary.NativeEndian.Uint16(t.answer[4:]) != sockDiagByFamily {
		return 0, 0, false
	}
	queued = int64(binary.NativeEndian.Uint32(t.answer[diagWriteQueue:]))
	acknowledged, known = bytesAcknowledged(t.answer[diagEnd:n])
	return queued, acknowledged, known
}

// bytesAcknowledged finds the number in the attributes of an answer.
func bytesAcknowledged(attributes []byte) (bytes int64, known bool) {
	for len(attributes) >= unix.SizeofRtAttr {
		size := int(binary.NativeEndian.Uint16(attributes))
		if size < unix.SizeofRtAttr || size > len(attributes) {
			break
		}
		const at = int(unsafe.Offsetof(unix.TCPInfo{}.Bytes_acked))
		if value := attributes[unix.SizeofRtAttr:size]; binary.NativeEndian.Uint16(attributes[2:]) == diagInfo && len(value) >= at+8 {
			return int64(binary.NativeEndian.Uint64(value[at:])), true
		}
		attributes = attributes[min(len(attributes), (size+3)&^3):]
	}
	return 0, false
}

// diagFor returns the request for the peer of a TCP socket, or nil if there is
// none.
func diagFor(fd int) []byte {
	peer, err := unix.Getpeername(fd)
	if err != nil {
		return nil
	}
	own, err := unix.Getsockname(fd)
	if err != nil {
		return nil
	}
	b := make([]byte, diagHeader+diagRequest)
	binary.NativeEndian.PutUint32(b[0:], uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], sockDiagByFamily)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST)
	b[diagHeader+1] = unix.IPPROTO_TCP
	b[diagHeader+2] = 1 << (diagInfo - 1)
	binary.NativeEndian.PutUint32(b[diagHeader+4:], ^uint32(0)) // any state
	id := b[diagID:]
	switch peer := peer.(type) {
	case *unix.SockaddrInet4:
		own := own.(*unix.SockaddrInet4)
		b[diagHeader] = unix.AF_INET
		putPorts(id, peer.Port, own.Port)
		copy(id[4:], peer.Addr[:])
		copy(id[20:], own.Addr[:])
	case *unix.SockaddrInet6:
		own := own.(*unix.SockaddrInet6)
		b[diagHeader] = unix.AF_INET6
		putPorts(id, peer.Port, own.Port)
		copy(id[4:], peer.Addr[:])
		copy(id[20:], own.Addr[:])
	default:
		return nil
	}
	none := [2]uint32{^uint32(0), ^uint32(0)} // no cookie
	copy(id[40:], unsafe.Slice((*byte)(unsafe.Pointer(&none)), 8))
	return b
}

func putPorts(id []byte, source, destination int) {
	binary.BigEndian.PutUint16(id, uint16(source))
	binary.BigEndian.PutUint16(id[2:], uint16(destination))
}
