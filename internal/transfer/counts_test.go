package transfer

import (
	"testing"
	"testing/synctest"

	"bpcopy/internal/ledger"
)

// TestCounts holds a copy to a slower destination against the arithmetic of
// Node: N equal chunks of S bytes, k of which reach the mark.
func TestCounts(t *testing.T) {
	type size struct{ n, s, h, r int64 }
	sizes := []size{
		{160, 64 * kib, 64 * kib, 64 * kib},
		{64, 16 * kib, 64 * kib, 64 * kib},
		{64, 16 * kib, 64 * kib, 256 * kib},
	}
	for n := range int64(14) {
		for _, s := range []int64{1, 7, 64} {
			for _, h := range []int64{1, s, s + 1, 3*s - 1, 3 * s, 5 * s, 100 * s} {
				for _, r := range []int64{1, s, 2 * s, 3 * s, 3*s + 1, 200 * s} {
					sizes = append(sizes, size{n, s, h, r})
				}
			}
		}
	}
	for _, z := range sizes {
		synctest.Test(t, func(t *testing.T) {
			dst := &checked{t: t}
			opts := marks(z.h, z.r, z.s)
			opts.Rate = mib
			got, err := run(t, sourceOf(z.n*z.s), dst, opts)
			if err != nil || dst.n != z.n*z.s {
				t.Fatalf("%+v: Run() = %v with %d bytes; want all %d", z, err, dst.n, z.n*z.s)
			}
			k := max(1, (z.h+z.s-1)/z.s)
			f := z.n / k
			d := f
			if z.n%k == 0 && f >= 2 && k*z.s < z.r {
				d--
			}
			want := counted{writes: z.n, writesFalse: f, pauses: f, drains: d, resumes: d, peak: min(z.n, k) * z.s}
			if got := counts(got); got != want {
				t.Errorf("%+v: counts %+v; want %+v", z, got, want)
			}
		})
	}
}

// counted is what does not depend on time.
type counted struct{ writes, writesFalse, pauses, drains, resumes, peak int64 }

// counts are those of a copy to one destination.
func counts(s ledger.Snapshot) counted {
	d := s.Destinations[0]
	return counted{d.Writes, d.WritesFalse, s.Pauses, d.Drains, s.Resumes, d.PeakLength}
}

func TestUnequalChunks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := marks(10000, 65536, 4096)
		opts.Rate = mib
		got, err := run(t, sourceOf(100000), &checked{t: t}, opts)
		want := counted{writes: 25, writesFalse: 8, pauses: 8, drains: 8, resumes: 8, peak: 12288}
		if err != nil || counts(got) != want {
			t.Errorf("counts %+v, %v; want %+v", counts(got), err, want)
		}
	})
}
