package rows

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// sendBuffer is how much may wait for the drawer, in bytes: the rows of about
// two seconds. The kernel takes twice as much, and counts its own records. A drawer that
// takes nothing for so long has been stopped.
const sendBuffer = 8 << 10

// meetingPlace returns the name under which the processes of our user and our
// process group meet that have this terminal. It reports false if file is none.
func meetingPlace(file *os.File) (string, bool) {
	// Not Stat: /dev/tty has a number of its own, whatever terminal it is.
	device, err := unix.IoctlGetUint32(int(file.Fd()), unix.TIOCGDEV)
	if err != nil {
		return "", false
	}
	return fmt.Sprintf("@bpcopy-%d-%x-%d", unix.Geteuid(), device, unix.Getpgrp()), true
}

// processGroup returns our process group.
func processGroup() int { return unix.Getpgrp() }

// pipeOf returns a name for the pipe that file is, and "" if it is none.
func pipeOf(file *os.File) string {
	var stat unix.Stat_t
	if file == nil || unix.Fstat(int(file.Fd()), &stat) != nil || stat.Mode&unix.S_IFMT != unix.S_IFIFO {
		return ""
	}
	return fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)
}

// listen takes a name. It fails if somebody has it.
func listen(name string) (*net.UnixListener, error) {
	return net.ListenUnix("unixpacket", &net.UnixAddr{Name: name, Net: "unixpacket"})
}

// dial connects to whoever listens under a name. It never waits: a listener
// that has no room for another connection counts as none.
func dial(name string) (*net.UnixConn, error) {
	conn, err := net.DialUnix("unixpacket", nil, &net.UnixAddr{Name: name, Net: "unixpacket"})
	if err != nil {
		return nil, err
	}
	return conn, conn.SetWriteBuffer(sendBuffer)
}

// trusted reports whether the process at the other end has our user and our
// process group. In another container the group may have the same number, and
// the name be the same. The process then has another number here, or none.
func trusted(conn *net.UnixConn) bool {
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	ok := false
	err = raw.Control(func(fd uintptr) {
		peer, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		if err != nil || int(peer.Uid) != unix.Geteuid() || peer.Pid <= 0 {
			return
		}
		group, err := unix.Getpgid(int(peer.Pid))
		ok = err == nil && group == unix.Getpgrp()
	})
	return ok && err == nil
}

// sendNow sends one datagram without waiting.
func sendNow(conn *net.UnixConn, datagram []byte) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var failure error
	err = raw.Control(func(fd uintptr) {
		_, failure = unix.SendmsgN(int(fd), datagram, nil, nil, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
	})
	if err != nil {
		return err
	}
	return failure
}
