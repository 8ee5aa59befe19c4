//go:build linux

package main

import (
	"context"
	"fmt"
	"time"
)

// A script is one of --consumer or --producer, and what is to come of it.
type script struct {
	name string
	flag string
	text string
	plan plan
}

// allScripts returns every script. Their last stage ends with the copy and takes
// what it takes.
func allScripts() []script {
	const (
		latency = 5 * time.Millisecond
		burst   = time.Second / 300                    // the time of a consumer's rate whose bytes go at once
		chunk   = 128 * kib * time.Second / (10 * mib) // the time of a producer's first chunk
	)
	rest := stage{bytes: 8 * mib}
	return []script{
		{"consumer-slow", "--consumer", "10MiB/s for 2s; stall for 1.5s; 1MiB/s for 2MiB; unlimited", plan{
			{20 * mib, 2 * time.Second, burst}, {0, 1500 * time.Millisecond, 0}, {2 * mib, 2 * time.Second, burst}, rest,
		}},
		{"consumer-fast", "--consumer", "100MiB/s for 100MiB; 200MiB/s for 1s; stall for 1s; 50MiB/s for 1s; unlimited", plan{
			{100 * mib, time.Second, burst}, {200 * mib, time.Second, burst},
			{0, time.Second, 0}, {50 * mib, time.Second, burst}, rest,
		}},
		{"consumer-latency", "--consumer", "8MiB/s + latency 5ms for 2s; stall for 1s; slice 64KiB + latency 5ms for 16MiB; unlimited", plan{
			{16 * mib, 2 * time.Second, 2 * latency}, {0, time.Second, 0}, {16 * mib, 256 * latency, latency}, rest,
		}},
		{"producer", "--producer", "10MiB/s for 2s; stall for 1.5s; 20MiB/s for 30MiB; unlimited", plan{
			{20 * mib, 2 * time.Second, chunk}, {0, 1500 * time.Millisecond, 0},
			{30 * mib, 1500 * time.Millisecond, chunk / 2}, rest,
		}},
	}
}

// scripts measures what arrives of the steps of scripts.
func (b *bench) scripts(ctx context.Context) section {
	s := section{title: "Scripts", note: "Read at the receiving end as soon as it comes. ms/op is how long a step took there, MiB how much came during it, " +
		"and off-% how far it is from its script, in time (of a step of a second or more) or in bytes, whichever is farther. The last step ends with the copy.\n"}
	all := allScripts()
	for _, one := range all {
		s.note += fmt.Sprintf("\n* %s: `%s '%s'`", one.name, one.flag, one.text)
	}
	if b.short {
		all = all[:1]
	}
	for _, one := range all {
		for _, to := range []end{pipe, tcp} {
			for _, conduit := range []string{"kernel", "memory"} {
				b.script(ctx, &s, one, to, conduit)
			}
		}
	}
	return s
}

// script measures a script on one path.
func (b *bench) script(ctx context.Context, s *section, one script, to end, conduit string) {
	name := fmt.Sprintf("Script/%s/%s/%s", one.name, to, conduit)
	command := b.command(path{file, to}, "--conduit "+conduit+" "+one.flag+" $script")
	if !b.wants(ctx, name) {
		return
	}
	steps, err := b.follow(ctx, one, to, command)
	if err != nil {
		b.fail(name, err)
		return
	}
	for i, step := range steps {
		b.report(s, fmt.Sprintf("%s/step%d", name, i+1), value{float64(step.took.Nanoseconds()), "ns/op"},
			value{float64(step.bytes) / mib, "MiB"}, value{100 * one.plan[i].off(step), "off-%"})
	}
}

// follow makes a copy by a script and tells what came of each stage.
func (b *bench) follow(ctx context.Context, one script, to end, command string) ([]received, error) {
	source, err := b.hole(one.plan.bytes())
	if err != nil {
		return nil, err
	}
	r := b.run(path{file, to}, command, source)
	r.words["script"] = one.text
	var got arrivals
	r.receive = got.readAll
	if err := r.do(ctx); err != nil {
		return nil, err
	}
	return one.plan.match(got), wantBytes(got.bytes(), one.plan.bytes())
}
