package endpoint

import (
	"net/netip"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// plainControl is the congestion control that every kernel has and grants to everybody.
const plainControl = "reno"

// easeLoopback is a net.Dialer's or net.ListenConfig's Control. Over loopback there is no network to share, and a
// congestion control that paces, as BBR does where an administrator has made it the default, sets a timer for every
// packet: measured, that took nearly four times as long and six times the processor. It has to go before the connection
// is made, for the pacing stays once it has begun. A refusal costs nothing but speed.
func easeLoopback(network, address string, raw syscall.RawConn) error {
	peer, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") || !peer.Addr().IsLoopback() {
		return nil
	}
	return raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, plainControl)
	})
}
