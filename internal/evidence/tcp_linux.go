package evidence

import (
	"time"

	"golang.org/x/sys/unix"
)

// connection returns what a TCP connection has done, or nil if it is none.
//
// While the receiver has no room, the kernel counts the time as the receiver's, and
// its probes do not change that. The time is a part of the busy time, in which
// something waits to be sent or acknowledged.
func (w *watched) connection(fd int) *tcpFinding {
	if w.kind != socket || w.protocol != unix.IPPROTO_TCP {
		return nil
	}
	info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return nil
	}
	const us = time.Microsecond
	return &tcpFinding{
		busy:           time.Duration(info.Busy_time) * us,
		receiverWindow: time.Duration(info.Rwnd_limited) * us,
		sendBuffer:     time.Duration(info.Sndbuf_limited) * us,
		retransmits:    int64(info.Total_retrans),
		rtt:            time.Duration(info.Rtt) * us,
	}
}
