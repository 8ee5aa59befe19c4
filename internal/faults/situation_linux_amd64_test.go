package faults

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// A situation is one way to use bpcopy.
type situation struct {
	name string
	// args are bpcopy's, without spaces in them. A flag with "?" before it is
	// left out where bpcopy does not have it. In place of PEER stands the address
	// of what the rig has at the other end.
	args  string
	needs string // a flag without which the situation cannot be
	// stdin and stdout are pipes with somebody at the other end.
	stdin, stdout bool
	peer          peer
	setUp         []func(dir string) error // after the source and the old files are there
	dests         []dest
	json          bool // --json=report
	keepsGoing    bool // destinations complete one by one
	insists       bool // on a conduit: it may not fall back
	// without are faults that are there all the time, for what a system lacks.
	without string
	// seams: there is no way to put a file in the place of another in one step and
	// to take that back, so that a kill may find none, or an empty one.
	seams bool
}

// standing returns the faults that are there all the time.
func (s situation) standing() []Fault {
	var all []Fault
	for text := range strings.FieldsSeq(s.without) {
		fault, err := ParseFault(text)
		if err != nil {
			panic(err)
		}
		all = append(all, fault)
	}
	return all
}

// What systems lack: files without a name, names for them, and the exchange of two
// names.
const (
	noUnnamed  = "openat@.:1+:EOPNOTSUPP "
	noNaming   = "linkat:1+:ENOENT "
	noExchange = "renameat2:1+:EINVAL "
)

// A peer is whoever is at the other end of a FIFO or a socket.
type peer int

const (
	nobody     peer = iota
	tcpServer       // bpcopy connects to it and sends
	tcpClient       // it connects to bpcopy and sends
	unixServer      //
	unixClient      //
	fifoWriter      // at the FIFO src
	fifoReader      // at the FIFO dst
)

// A dest is a destination, and how it is written.
type dest struct {
	name string // a file in the folder, or stdout or peer
	old  string // what the file has before, if there is one
	how  manner
}

type manner int

const (
	whole    manner = iota // old or new and nothing else
	added                  // the old bytes, then some of the source
	within                 // some of the source, then what there was
	received               // some of the source
	printed                // some of what is printed without a fault
)

const (
	stdoutName = "stdout"
	peerName   = "peer"
	reportName = "report"
	eventsName = "events"
)

// The marks are small so that there are many calls.
const small = "-c4096 -H4096 --read-ahead=4096 "

const old = "old, and somewhat longer than nothing\n"

// situations are all of them.
func situations() []situation {
	file := func(name string) []dest { return []dest{{name: name}} }
	replaced := []dest{{name: "dst", old: old}}
	stdout := []dest{{name: stdoutName, how: received}}
	toPeer := []dest{{name: peerName, how: received}}
	three := []dest{{name: "a", old: old}, {name: "b"}, {name: "c", old: "other\n"}}
	return []situation{
		{name: "new", args: "src new", dests: file("new")},
		{name: "replace", args: "src dst", dests: replaced},
		{name: "replace-attributes", args: "src dst", dests: replaced, setUp: []func(string) error{attributes("dst")}},
		{name: "replace-memory", args: small + "--conduit=memory src dst", dests: replaced},
		{name: "replace-kernel", args: small + "--conduit=kernel src dst", dests: replaced, insists: true},
		{name: "replace-range", args: small + "--conduit=range src dst", dests: replaced},
		{name: "replace-range-holes", args: small + "src dst", dests: replaced, setUp: []func(string) error{sparse}},
		{name: "range-no-call", args: small + "--conduit=range src dst", dests: replaced, without: "copy_file_range:1+:EXDEV "},
		{name: "range-filled", args: small + "--conduit=range --sparse=never src dst", dests: replaced, setUp: []func(string) error{sparse}},
		{name: "range-odd", args: "-c1000 -H5000 --read-ahead=3000 --conduit=range src dst", dests: replaced},
		{name: "range-in-place", args: small + "--conduit=range --in-place src dst", needs: "--in-place", dests: []dest{{name: "dst", old: old, how: within}}},
		{name: "range-three", args: small + "?--replace --conduit=range src a b c", dests: three},
		{name: "range-keep-going", args: small + "?--replace --keep-going --conduit=range src a b c", dests: three, keepsGoing: true},
		{name: "kernel-three", args: small + "?--replace --conduit=kernel src a b c", dests: three, insists: true},
		{name: "kernel-keep-going", args: small + "?--replace --keep-going --conduit=kernel src a b c", dests: three, keepsGoing: true, insists: true},
		{name: "kernel-file-and-stdout", args: small + "?--replace --conduit=kernel src dst -", stdout: true, dests: append(stdout[:1:1], replaced...), insists: true},
		{name: "replace-link", args: "src link", dests: replaced, setUp: []func(string) error{link("dst", "link")}},
		{name: "into-folder", args: "src sub", dests: []dest{{name: "sub/src", old: old}}},
		{name: "fsync", args: small + "--fsync src dst", dests: replaced},
		{name: "preserve", args: "-p src dst", dests: replaced},
		{name: "preserve-new", args: "-p --fsync src new", dests: file("new"), setUp: []func(string) error{attributes("src")}},
		{name: "append", args: small + "-a src dst", dests: []dest{{name: "dst", old: old, how: added}}},
		{name: "append-memory", args: small + "-a --conduit=memory src dst", dests: []dest{{name: "dst", old: old, how: added}}},
		{name: "append-new", args: small + "-a --fsync src new", dests: []dest{{name: "new", how: added}}},
		{name: "no-clobber", args: "-n src new", dests: file("new")},
		{name: "in-place", args: small + "--in-place src dst", needs: "--in-place", dests: []dest{{name: "dst", old: old, how: within}}},
		{name: "in-place-fsync", args: "--in-place --fsync --conduit=memory src dst", needs: "--in-place", dests: []dest{{name: "dst", old: old, how: within}}},
		{name: "two", args: small + "?--replace src a b", dests: three[:2]},
		{name: "two-fsync", args: "?--replace --fsync src a c", dests: []dest{three[0], three[2]}},
		{name: "three", args: small + "?--replace src a b c", dests: three},
		{name: "three-memory", args: small + "?--replace --conduit=memory src a b c", dests: three},
		{name: "keep-going", args: small + "?--replace --keep-going src a b c", dests: three, keepsGoing: true},
		{name: "file-and-stdout", args: small + "?--replace src dst -", stdout: true, dests: append(stdout[:1:1], replaced...)},
		{name: "fifo-in", args: small + "src dst", peer: fifoWriter, dests: replaced},
		{name: "fifo-out", args: small + "src dst", peer: fifoReader, dests: toPeer},
		{name: "stdin", args: small + "- dst", stdin: true, dests: replaced},
		{name: "stdin-size", args: small + "-s41083 - dst", stdin: true, dests: replaced},
		{name: "stdin-append", args: small + "-a - dst", stdin: true, dests: []dest{{name: "dst", old: old, how: added}}},
		{name: "stop-at", args: small + "-S41083 - dst", stdin: true, dests: replaced},
		{name: "stdout", args: small + "src -", stdout: true, dests: stdout},
		{name: "pipes", args: small + "- -", stdin: true, stdout: true, dests: stdout},
		{name: "pipes-memory", args: small + "--conduit=memory - -", stdin: true, stdout: true, dests: stdout},
		{name: "pipes-kernel", args: small + "--conduit=kernel - -", stdin: true, stdout: true, dests: stdout, insists: true},
		{name: "tcp-out", args: small + "--connect-timeout=1s src PEER", peer: tcpServer, dests: toPeer},
		{name: "tcp-in", args: small + "PEER dst", peer: tcpClient, dests: replaced},
		{name: "unix-out", args: small + "--connect-timeout=1s src unix://socket", peer: unixServer, dests: toPeer},
		{name: "unix-in", args: small + "unix-listen://socket dst", peer: unixClient, dests: replaced},
		{name: "reports", args: small + "--json=report --events=events src dst", dests: replaced, json: true},
		{name: "reports-append", args: small + "-a --json=report src dst", dests: []dest{{name: "dst", old: old, how: added}}, json: true},
		{name: "reports-stdout", args: small + "--json=report --events=events src -", stdout: true, dests: stdout, json: true},
		{name: "reports-three", args: small + "?--replace --json=report --events=events --fsync src a b c", dests: three, json: true},
		{name: "rate", args: small + "--rate=10MiB/s src dst", dests: replaced},
		{name: "script", args: small + "--consumer=10MiB/s src dst", dests: replaced},
		{name: "progress", args: small + "--progress=plain -i1ms --rate=10MiB/s src dst", dests: replaced},
		{name: "sparse", args: "src dst", dests: replaced, setUp: []func(string) error{sparse}},
		{name: "large", args: "src dst", dests: replaced, setUp: []func(string) error{large}},
		{name: "no-unnamed", args: "src dst", dests: replaced, without: noUnnamed},
		{name: "no-unnamed-two", args: "?--replace --fsync src a c", dests: []dest{three[0], three[2]}, without: noUnnamed},
		{name: "no-naming", args: "src dst", dests: replaced, without: noNaming},
		{name: "no-naming-new", args: "-n src new", dests: file("new"), without: noNaming + noExchange, seams: true},
		{name: "no-exchange", args: "?--replace src a b c", dests: three, without: noExchange},
		{name: "no-exchange-two", args: "?--replace --fsync src a c", dests: []dest{three[0], three[2]}, without: noUnnamed + noExchange + noNaming, seams: true},
		{name: "no-splice", args: small + "src dst", dests: replaced, without: "splice:1+:ENOSYS "},
		{name: "simulate", args: "simulate scenario", stdout: true, dests: []dest{{name: stdoutName, how: printed}}, setUp: []func(string) error{scenario}},
		{name: "demo", args: "demo --virtual slow-consumer", stdout: true, dests: []dest{{name: stdoutName, how: printed}}},
	}
}

// content is what the source has, some chunks and a bit.
func content(size int) []byte {
	b := make([]byte, size)
	state := uint32(1)
	for i := range b {
		state = state*1664525 + 1013904223
		b[i] = byte(state >> 24)
	}
	return b
}

const sourceSize = 10*4096 + 123

// prepare makes a folder as it is before bpcopy is started.
func (s situation) prepare(dir string) error {
	switch s.peer {
	case fifoWriter:
		if err := unix.Mkfifo(filepath.Join(dir, "src"), 0o600); err != nil {
			return err
		}
	default:
		if err := os.WriteFile(filepath.Join(dir, "src"), content(sourceSize), 0o644); err != nil {
			return err
		}
	}
	if s.peer == fifoReader {
		if err := unix.Mkfifo(filepath.Join(dir, "dst"), 0o600); err != nil {
			return err
		}
	}
	for _, d := range s.dests {
		if err := d.prepare(dir); err != nil {
			return err
		}
	}
	for _, setUp := range s.setUp {
		if err := setUp(dir); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes the old file, which is another's if we may do that.
func (d dest) prepare(dir string) error {
	path := filepath.Join(dir, d.name)
	if sub := filepath.Dir(path); sub != dir {
		if err := os.Mkdir(sub, 0o755); err != nil {
			return err
		}
	}
	if d.old == "" {
		return nil
	}
	if err := os.WriteFile(path, []byte(d.old), 0o640); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		const user, group = 1234, 5678
		return os.Chown(path, user, group)
	}
	return nil
}

// attributes gives a file an attribute and a list of who may read it.
func attributes(name string) func(string) error {
	return func(dir string) error {
		path := filepath.Join(dir, name)
		if err := unix.Setxattr(path, "user.test", []byte("value"), 0); err != nil {
			return err
		}
		// u::rw-, u:2:r--, g::---, m::r--, o::---
		list := "\x02\x00\x00\x00" + "\x01\x00\x06\x00\xff\xff\xff\xff" + "\x02\x00\x04\x00\x02\x00\x00\x00" +
			"\x04\x00\x00\x00\xff\xff\xff\xff" + "\x10\x00\x04\x00\xff\xff\xff\xff" + "\x20\x00\x00\x00\xff\xff\xff\xff"
		return unix.Setxattr(path, "system.posix_acl_access", []byte(list), 0)
	}
}

func link(target, name string) func(string) error {
	return func(dir string) error { return os.Symlink(target, filepath.Join(dir, name)) }
}

// sparse makes the source a file with holes.
func sparse(dir string) error {
	file, err := os.OpenFile(filepath.Join(dir, "src"), os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	const block, blocks = 64 << 10, 6
	for i := 1; i < blocks; i += 2 {
		if _, err := file.WriteAt(content(block), int64(i*block)); err != nil {
			return err
		}
	}
	return file.Truncate(blocks * block)
}

// large makes the source larger than the marks are by themselves.
func large(dir string) error {
	return os.WriteFile(filepath.Join(dir, "src"), content(3<<20/2), 0o644)
}

func scenario(dir string) error {
	const text = `{"name":"slow","highWaterMark":1000,"chunks":{"count":200,"size":100},"sink":[{"latency_ms":5}]}`
	return os.WriteFile(filepath.Join(dir, "scenario"), []byte(text), 0o644)
}

// consumed reports whether somebody reads a destination.
func (s situation) consumed() bool {
	return slices.ContainsFunc(s.dests, func(d dest) bool { return d.how == received || d.how == printed })
}
