package expect

import "testing"

// TestKinds holds the units that names stand for.
func TestKinds(t *testing.T) {
	v := decode(t, `{"bytes":1,"bytes_sunk":1,"source":{"size":1},"chunk_size":1,"peak_length":1,"high_water_mark":1,"read_ahead":1,
		"memory_limit":1,"rate":1,"requested_rate":1,"elapsed_seconds":1,"pauses":1,"writes_false":1,"exit_code":1,"seed":1,
		"rated":1,"length_of_it":1,"name":"x","done":false}`)
	f := NewFields(v, nil)
	for path, want := range map[string]kind{
		"bytes": size, "bytes_sunk": size, "source.size": size, "chunk_size": size, "peak_length": size, "high_water_mark": size,
		"read_ahead": size, "memory_limit": size, "rate": rate, "requested_rate": rate, "elapsed_seconds": seconds, "pauses": count,
		"writes_false": count, "exit_code": count, "seed": count, "rated": count, "length_of_it": count, "name": text, "done": truth,
	} {
		if got := f.kinds[path]; got != want {
			t.Errorf("kind of %s = %v; want %v", path, got, want)
		}
	}
	if len(f.paths) != 19 {
		t.Errorf("NewFields(%v) has %d fields; want 19", f.paths, len(f.paths))
	}
}
