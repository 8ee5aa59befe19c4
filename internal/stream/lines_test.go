package stream_test

import (
	"testing"

	"bpcopy/internal/stream"
)

func TestDefaultLineIsTheZeroValue(t *testing.T) {
	line, err := stream.LineNamed(stream.DefaultLine)
	if err != nil || line.Rules != (stream.Rules{}) {
		t.Errorf("LineNamed(%q) = %+v, %v; want no rule set, no error", stream.DefaultLine, line, err)
	}
}

// A line has the rules of the last release that was compared.
func TestReleases(t *testing.T) {
	for release, line := range map[string]string{
		"20.17": "20", "v20.20.2": "20", "v22.23.0": "22", "22.23.3": "22", "v24.18.0": "24", "v24.21.0": "24", "v26.10.0": "26",
	} {
		want, err := stream.LineNamed(line)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := stream.Release(release); err != nil || got != want.Rules {
			t.Errorf("Release(%q) = %+v, %v; want those of line %s, %+v", release, got, err, line, want.Rules)
		}
	}
	for _, release := range []string{"v22.5.0", "22.22.2", "v24.11.1"} {
		if got, err := stream.Release(release); err != nil || !got.RefillsAlways {
			t.Errorf("Release(%q) = %+v, %v; want RefillsAlways, which 22.23 and 24.12 ended", release, got, err)
		}
	}
	if got, err := stream.Release("v24.16.0"); err != nil || !got.DestroyedStays {
		t.Errorf(`Release("v24.16.0") = %+v, %v; want DestroyedStays, which 24.18 took back`, got, err)
	}
}

func TestUnknownReleases(t *testing.T) {
	for _, release := range []string{"v20.16.0", "v22.4.1", "v22.24.0", "v24.22.0", "v25.9.0", "v26.11.0", "v27.0.0", "24", "", "new"} {
		want := "the rules of Node " + release + " are not known, want one of 20.17 to 20.20, 22.5 to 22.23, 24.0 to 24.21, 26.0 to 26.10"
		if _, err := stream.Release(release); err == nil || err.Error() != want {
			t.Errorf("Release(%q): %v; want %s", release, err, want)
		}
	}
}

func TestUnknownLine(t *testing.T) {
	const want = `unknown line "18" of Node, want one of 20, 22, 24, 26`
	if _, err := stream.LineNamed("18"); err == nil || err.Error() != want {
		t.Errorf("LineNamed(18): %v; want %s", err, want)
	}
}
