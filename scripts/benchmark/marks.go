//go:build linux

package main

import (
	"context"
	"fmt"
)

// marks is one choice of marks and chunks: -H and --read-ahead alike, and -c.
type marks struct{ mark, chunk int }

// choices are what defaults are chosen from: chunks up to the mark.
func choices() []marks {
	var all []marks
	for mark := 16 * kib; mark <= 4*mib; mark *= 2 {
		for chunk := 16 * kib; chunk <= mark; chunk *= 2 {
			all = append(all, marks{mark, chunk})
		}
	}
	return all
}

// defaults measures bpcopy with each choice on four paths. The figures of a path
// are medians to the best one's; the last table has their mean.
func (b *bench) defaults(ctx context.Context) ([]*table, error) {
	overall := make(map[marks][]float64)
	var tables []*table
	for _, over := range []path{{file, pipe}, {pipe, pipe}, {file, file}, {file, tcp}} {
		if !b.selects("defaults " + over.String()) {
			continue
		}
		b.logf("defaults %v", over)
		seconds, err := b.timeChoices(ctx, over)
		if err != nil {
			return nil, err
		}
		best := lowest(seconds)
		ratios := make(map[marks]float64)
		for m, s := range seconds {
			ratios[m] = s / best
			overall[m] = append(overall[m], ratios[m])
		}
		tables = append(tables, choiceTable(fmt.Sprintf("Marks and chunks, %v: 1 is %.3f s", over, best), ratios))
	}
	means := make(map[marks]float64)
	for m, ratios := range overall {
		means[m] = geometricMean(ratios)
	}
	return append(tables, choiceTable("Marks and chunks, all of these paths (geometric mean)", means)), nil
}

// timeChoices returns the median seconds of each choice. They take turns.
func (b *bench) timeChoices(ctx context.Context, over path) (map[marks]float64, error) {
	taken := make(map[marks][]float64)
	for range b.rounds {
		for _, m := range choices() {
			flags := quietly("-H", fmt.Sprint(m.mark), "--read-ahead", fmt.Sprint(m.mark), "-c", fmt.Sprint(m.chunk))
			cost, err := b.copyOnce(ctx, over, side{b.program("bpcopy", flags), b.memory.ground(false)})
			if err != nil {
				return nil, err
			}
			taken[m] = append(taken[m], cost.wall.Seconds())
		}
	}
	medians := make(map[marks]float64)
	for m, seconds := range taken {
		medians[m] = spreadOf(seconds).median
	}
	return medians, nil
}

func lowest(seconds map[marks]float64) float64 {
	var best float64
	for _, s := range seconds {
		if best == 0 || s < best {
			best = s
		}
	}
	return best
}

// choiceTable has a row for each mark and a column for each chunk size.
func choiceTable(title string, figures map[marks]float64) *table {
	t := &table{title: title, head: []string{"-H = --read-ahead"}}
	rows := make(map[int][]string)
	for _, m := range choices() {
		if m.mark == 4*mib {
			t.head = append(t.head, "-c "+binary(m.chunk))
		}
		rows[m.mark] = append(rows[m.mark], fmt.Sprintf("%.2f", figures[m]))
	}
	for mark := 16 * kib; mark <= 4*mib; mark *= 2 {
		row := append([]string{binary(mark)}, rows[mark]...)
		for len(row) < len(t.head) {
			row = append(row, "")
		}
		t.add(row...)
	}
	return t
}

// binary prints a power of two of at least 1 KiB.
func binary(bytes int) string {
	switch {
	case bytes >= gib:
		return fmt.Sprintf("%d GiB", bytes/gib)
	case bytes >= mib:
		return fmt.Sprintf("%d MiB", bytes/mib)
	}
	return fmt.Sprintf("%d KiB", bytes/kib)
}
