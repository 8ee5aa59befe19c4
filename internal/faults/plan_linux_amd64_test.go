package faults

import (
	"cmp"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
)

// plan returns the faults to try in a situation whose calls without a fault are
// these.
func plan(s situation, calls []Call) []Fault {
	var all []Fault
	counts := count(calls, func(Call) bool { return true })
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		for _, what := range errnos(name) {
			if what == "EPIPE" && !s.consumed() {
				continue
			}
			for _, n := range picks(counts[name]) {
				all = append(all, Fault{Call: name, N: n, What: what})
			}
			if !passing(what) {
				all = append(all, Fault{Call: name, N: 1, Onwards: true, What: what})
			}
		}
	}
	all = append(all, shortages(counts)...)
	all = append(all, earlyEnds(calls)...)
	for _, what := range []What{"SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"} {
		for _, n := range picks(len(calls)) {
			all = append(all, Fault{Call: AnyCall, N: n, What: what})
		}
	}
	return all
}

// passing reports whether an error is one after which a program tries again.
// There is an end to them, or there would be none to the program.
func passing(what What) bool {
	return what == "EINTR" || what == "EAGAIN" || what == "ECONNABORTED"
}

// shortages are transfers of fewer bytes than asked for.
func shortages(counts map[string]int) []Fault {
	var all []Fault
	for _, name := range movers() {
		if counts[name] == 0 {
			continue
		}
		for _, what := range []What{Short, Half} {
			for _, n := range picks(counts[name]) {
				all = append(all, Fault{Call: name, N: n, What: what})
			}
		}
		// Not byte by byte: that takes longer than one waits for what hangs.
		all = append(all, Fault{Call: name, N: 1, Onwards: true, What: Half})
	}
	return all
}

// earlyEnds are ends of the source before its size, as the kernel tells of a
// file that was truncated meanwhile. (Only a file has a size to be held to.)
func earlyEnds(calls []Call) []Fault {
	var all []Fault
	counts := count(calls, func(c Call) bool { return c.file() == "src" && slices.Contains(readers(), c.Name) })
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		for _, n := range picks(counts[name]) {
			all = append(all, Fault{Call: name, File: "src", N: n, What: End})
		}
	}
	return all
}

func count(calls []Call, counts func(Call) bool) map[string]int {
	all := make(map[string]int)
	for _, call := range calls {
		if counts(call) {
			all[call.Name]++
		}
	}
	return all
}

// picks returns which of so many calls fail: all of them, or if they are many
// the first, the last and some between, always the same.
func picks(calls int) []int {
	const ends, between = 20, 20
	var all []int
	for n := 1; n <= calls; n++ {
		if n <= ends || n > calls-ends || calls <= 2*ends+between {
			all = append(all, n)
		}
	}
	if calls > 2*ends+between {
		random := rand.New(rand.NewPCG(uint64(calls), 0))
		for _, i := range random.Perm(calls - 2*ends)[:between] {
			all = append(all, ends+1+i)
		}
	}
	slices.Sort(all)
	return all
}

// sample chooses about so many of the faults. Which ones depends on each alone,
// so they are the same if others come or go.
func sample(s situation, faults []Fault, size int) []Fault {
	if size >= len(faults) {
		return faults
	}
	weight := func(f Fault) uint32 {
		hash := fnv.New32a()
		hash.Write([]byte(s.name + " " + f.String()))
		return hash.Sum32()
	}
	chosen := slices.Clone(faults)
	slices.SortFunc(chosen, func(a, b Fault) int { return cmp.Compare(weight(a), weight(b)) })
	return chosen[:size]
}
