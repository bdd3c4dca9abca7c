package cgroupv2

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePressure(t *testing.T) {
	const some = "some avg10=99.01 avg60=0.50 avg300=100.00 total=18"
	const full = "full avg10=1.00 avg60=2.00 avg300=3.00 total=4"
	a, b := Stall{99.01, 0.5, 100, 18 * us}, Stall{1, 2, 3, 4 * us}
	for text, want := range map[string]*Pressure{
		some:                      {a, nil}, // of cpu time, before Linux 5.13
		some + "\n" + full:        {a, &b},
		full + "\n" + some + "\n": {a, &b},
		some + " more=1":          {a, nil},
	} {
		got, err := parsePressure(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	refuse(t, "parsePressure", parsePressure,
		"", full, some+"\n"+some, some+"\n\n", "none avg10=0.00 avg60=0.00 avg300=0.00 total=0",
		"some avg10=0.00 avg60=0.00 avg300=0.00", "some", "some avg60=0.00 avg10=0.00 avg300=0.00 total=0",
		"some avg10=NaN avg60=0.00 avg300=0.00 total=0", "some avg10=1e3 avg60=0.00 avg300=0.00 total=0",
		"some avg10=-1.00 avg60=0.00 avg300=0.00 total=0", "some avg10=0.00 avg60=0.00 avg300=0.00 total=-1",
		"some avg10=0.00 avg60=0.00 avg300=0.00 sum=1", "some avg10=0.00 avg60=0.00 avg300=0.00 total=9223372036854776")
}

func stallText(kind string, s Stall) string {
	return fmt.Sprintf("%s avg10=%.2f avg60=%.2f avg300=%.2f total=%d\n", kind, s.Avg10, s.Avg60, s.Avg300, s.Total/us)
}

// What a kernel prints is printed again as it was.
func FuzzPressure(f *testing.F) {
	f.Add("some avg10=99.01 avg60=0.50 avg300=100.00 total=18\nfull avg10=1.00 avg60=2.00 avg300=3.00 total=4\n")
	f.Add("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")
	f.Add("full avg10=0.00")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePressure(text)
		if err != nil {
			return
		}
		printed := stallText("some", p.Some)
		if p.Full != nil {
			printed += stallText("full", *p.Full)
		}
		once, err := parsePressure(printed) // in hundredths, as a kernel has it
		if err != nil {
			t.Fatalf("%q: %v", printed, err)
		}
		if once.Some.Total != p.Some.Total || (once.Full == nil) != (p.Full == nil) {
			t.Errorf("%q became %q", text, printed)
		}
	})
}
