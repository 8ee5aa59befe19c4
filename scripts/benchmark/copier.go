//go:build linux

package main

import "strings"

// An end is where the bytes of a copy come from or go to. TCP listens as a source
// and connects as a destination.
type end string

const (
	file end = "File"
	pipe end = "Pipe" // standard input or output
	tcp  end = "TCP"
)

// A path is the two ends of a copy.
type path struct{ from, to end }

func (p path) String() string { return string(p.from) + "To" + string(p.to) }

// A copier is a program with its flags for a path. In its command $in and $out
// stand for the name of a file or the port of a TCP end on loopback.
type copier struct {
	path
	name    string
	command string
}

func (c copier) String() string { return c.path.String() + "/" + c.name }

// none is a pipeline without a copier: cat, which would send into it, sends to
// the receiver.
const none = "none"

// peers are what bpcopy is measured against.
func peers() []copier {
	const listen = "TCP-LISTEN:$in,bind=127.0.0.1"
	return []copier{
		{path{file, pipe}, "cat", "cat $in"},
		{path{file, pipe}, "pv", "pv -q $in"},
		{path{file, pipe}, "mbuffer", "mbuffer -q -i $in"},
		{path{pipe, pipe}, none, "cat $in"},
		{path{pipe, pipe}, "cat", "cat"},
		{path{pipe, pipe}, "pv", "pv -q"},
		{path{pipe, pipe}, "mbuffer", "mbuffer -q"},
		{path{file, file}, "cp", "cp $in $out"},
		{path{file, file}, "mbuffer", "mbuffer -q -i $in -o $out"},
		{path{file, tcp}, "socat", "socat -u OPEN:$in TCP:127.0.0.1:$out"},
		{path{file, tcp}, "mbuffer", "mbuffer -q -i $in -O 127.0.0.1:$out"},
		{path{tcp, file}, "socat", "socat -u " + listen + " CREATE:$out"},
		{path{tcp, file}, "mbuffer", "mbuffer -q -I 127.0.0.1:$in -o $out"},
		{path{tcp, pipe}, "socat", "socat -u " + listen + " STDOUT"},
		{path{tcp, pipe}, "mbuffer", "mbuffer -q -I 127.0.0.1:$in"},
	}
}

// command returns bpcopy's command with flags.
func (b *bench) command(p path, flags string) string {
	from := map[end]string{file: "$in", pipe: "-", tcp: "tcp-listen://127.0.0.1:$in"}[p.from]
	to := map[end]string{file: "$out", pipe: "-", tcp: "tcp://127.0.0.1:$out"}[p.to]
	return strings.Join([]string{"$bpcopy", b.with, flags, from, to}, " ")
}
