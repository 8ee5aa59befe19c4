package endpoint

import (
	"net/netip"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// plainControl is a congestion control that every kernel has and that every
// user may choose.
const plainControl = "reno"

// easeLoopback is the Control of a net.Dialer or net.ListenConfig. It chooses
// plainControl for a connection over loopback, where no network is shared. A
// congestion control that paces sets a timer for every packet; BBR does, and an
// administrator may have made it the default. Measured: over loopback that took
// nearly four times as long and six times the processor. The choice has to be
// made before the connection, because pacing stays once it has begun. A refusal
// costs nothing but speed.
func easeLoopback(network, address string, raw syscall.RawConn) error {
	peer, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") || !peer.Addr().IsLoopback() {
		return nil
	}
	return raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, plainControl)
	})
}
