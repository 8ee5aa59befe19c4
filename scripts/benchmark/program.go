//go:build linux

package main

import "os/exec"

// A program is one that copies, with the flags that it gets.
type program struct {
	name     string
	command  string
	terminal bool // its stderr is a terminal
	// arguments returns its command line for a copy between two ends.
	arguments func(from, to operand) []string
}

// installed reports whether a command is there to be run.
func installed(command string) bool {
	_, err := exec.LookPath(command)
	return err == nil
}

// An end is what bytes come from or go to.
type end string

const (
	file end = "file"
	pipe end = "pipe" // standard input or output
	tcp  end = "TCP"  // listens as a source, connects as a destination
)

// An operand is one end of a certain copy: a file by its name, a TCP end by its
// port on loopback.
type operand struct {
	end
	name string
}

const loopback = "127.0.0.1:"

// choose returns what stands for the operand where file and TCP ends need a
// prefix and standard input or output has a name of its own.
func (o operand) choose(filePrefix, standard, tcpPrefix string) string {
	switch o.end {
	case pipe:
		return standard
	case tcp:
		return tcpPrefix + o.name
	}
	return filePrefix + o.name
}

// quietly are the flags of bpcopy without its display.
func quietly(flags ...string) []string { return append([]string{"-q"}, flags...) }

// nodeMarks are the flags of bpcopy for the marks and chunks of Node's file
// streams.
func nodeMarks() []string {
	return quietly("-H", "64KiB", "--read-ahead", "64KiB", "-c", "64KiB")
}

// bpcopy is the program that all this is about.
func bpcopy(name, command string, flags []string) program {
	return program{name: name, command: command, arguments: func(from, to operand) []string {
		return append(flags[:len(flags):len(flags)],
			from.choose("", "-", "tcp-listen://"+loopback), to.choose("", "-", "tcp://"+loopback))
	}}
}

func pv() program {
	return program{name: "pv", command: "pv", arguments: func(from, _ operand) []string {
		return []string{"-q", from.choose("", "-", "")}
	}}
}

func cat() program {
	return program{name: "cat", command: "cat", arguments: func(from, _ operand) []string {
		return []string{from.choose("", "-", "")}
	}}
}

func cp() program {
	return program{name: "cp", command: "cp", arguments: func(from, to operand) []string {
		return []string{from.name, to.name}
	}}
}

func mbuffer() program {
	return program{name: "mbuffer", command: "mbuffer", arguments: func(from, to operand) []string {
		arguments := []string{"-q"}
		switch from.end {
		case file:
			arguments = append(arguments, "-i", from.name)
		case tcp:
			arguments = append(arguments, "-I", loopback+from.name)
		}
		switch to.end {
		case file:
			arguments = append(arguments, "-o", to.name)
		case tcp:
			arguments = append(arguments, "-O", loopback+to.name)
		}
		return arguments
	}}
}

func socat() program {
	return program{name: "socat", command: "socat", arguments: func(from, to operand) []string {
		source := from.choose("OPEN:", "STDIN", "TCP-LISTEN:")
		if from.end == tcp {
			source += ",bind=127.0.0.1"
		}
		return []string{"-u", source, to.choose("CREATE:", "STDOUT", "TCP:"+loopback)}
	}}
}

// node copies a file as a Node program does that takes every default.
func node() program {
	const script = `const fs = require("fs"), [from, to] = process.argv.slice(1)
		require("stream").pipeline(fs.createReadStream(from), fs.createWriteStream(to), (err) => { if (err) throw err })`
	return program{name: "Node pipeline", command: "node", arguments: func(from, to operand) []string {
		return []string{"-e", script, from.name, to.name}
	}}
}
