package proxy

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"bpcopy/internal/endpoint"
)

// listenerAt returns the process that listens at an operand on this machine. Of
// several, it is the one that has started the others.
func listenerAt(o endpoint.Operand) (pid int, err error) {
	var inodes []string
	if o.Network() == "unix" {
		inodes = unixListeners(o.Address())
	} else if inodes, err = tcpListeners(o.Address()); err != nil {
		return 0, err
	}
	var pids []int
	for _, pid := range processes() {
		if holdsSocket(pid, inodes) {
			pids = append(pids, pid)
		}
	}
	for _, pid := range slices.Sorted(slices.Values(pids)) {
		if s, err := statOf(pid); err == nil && !slices.Contains(pids, s.parent) {
			return pid, nil
		}
	}
	return 0, fmt.Errorf("no process that may be seen listens at %q on this machine", o)
}

// holdsSocket reports whether a process has one of the sockets open.
func holdsSocket(pid int, inodes []string) bool {
	folder, err := os.Open(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return false
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(-1) // what could be read
	for _, name := range names {
		link, err := os.Readlink(folder.Name() + "/" + name)
		if inode, ok := strings.CutPrefix(link, "socket:["); ok && err == nil && slices.Contains(inodes, strings.TrimSuffix(inode, "]")) {
			return true
		}
	}
	return false
}

// unixListeners returns the inodes of the sockets that listen at a path.
func unixListeners(path string) (inodes []string) {
	text, _ := os.ReadFile("/proc/net/unix") // if it cannot be read, nobody is found
	for line := range strings.Lines(string(text)) {
		// Num RefCount Protocol Flags Type St Inode Path
		f := strings.Fields(line)
		const accepts = "00010000"
		if len(f) >= 8 && f[3] == accepts && samePath(f[7], path) {
			inodes = append(inodes, f[6])
		}
	}
	return inodes
}

// samePath reports whether two paths lead to the same file.
func samePath(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return a == b
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// tcpListeners returns the inodes of the sockets that listen at HOST:PORT.
func tcpListeners(address string) (inodes []string, err error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, err
	}
	names, err := net.LookupHost(host)
	if err != nil {
		return nil, err
	}
	var hosts []netip.Addr
	for _, name := range names {
		if host, err := netip.ParseAddr(name); err == nil && isOurs(host) {
			hosts = append(hosts, host.Unmap().WithZone(""))
		}
	}
	for _, file := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, _ := os.ReadFile(file) // there may be none
		for line := range strings.Lines(string(text)) {
			// sl local_address rem_address st ... (inode is the tenth)
			f := strings.Fields(line)
			const listens = "0A"
			if len(f) < 10 || f[3] != listens {
				continue
			}
			local, ok := procAddress(f[1])
			if ok && uint64(local.Port()) == port && len(hosts) > 0 &&
				(local.Addr().IsUnspecified() || slices.Contains(hosts, local.Addr().Unmap())) {
				inodes = append(inodes, f[9])
			}
		}
	}
	return inodes, nil
}

// isOurs reports whether an address is one of this machine's.
func isOurs(host netip.Addr) bool {
	if host.IsLoopback() || host.IsUnspecified() {
		return true
	}
	cards, _ := net.InterfaceAddrs() // those that could be read
	return slices.ContainsFunc(cards, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr().Unmap() == host.Unmap().WithZone("")
	})
}

// procAddress parses an address as /proc/net/tcp has it: each word of four bytes
// in the order of the machine.
func procAddress(text string) (netip.AddrPort, bool) {
	host, portText, _ := strings.Cut(text, ":")
	b, err := hex.DecodeString(host)
	port, failed := strconv.ParseUint(portText, 16, 16)
	if err != nil || failed != nil || len(b)%4 != 0 {
		return netip.AddrPort{}, false
	}
	if littleEndian() {
		for i := 0; i < len(b); i += 4 {
			slices.Reverse(b[i : i+4])
		}
	}
	a, ok := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(a, uint16(port)), ok
}

// littleEndian reports whether this machine has the lowest byte of a word first.
func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }
