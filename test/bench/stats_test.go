package main

import (
	"math"
	"testing"
)

func TestQuantile(t *testing.T) {
	sample := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]float64{0: 1, 0.25: 2, 0.5: 3, 0.95: 5, 1: 5} {
		if got := quantile(sample, q); got != want {
			t.Errorf("quantile %v: got %v, want %v", q, got, want)
		}
	}
	if sample[0] != 5 {
		t.Error("the sample was sorted in place: the pairs are lost")
	}
	if !math.IsNaN(median(nil)) {
		t.Error("the median of nothing is a number")
	}
}

func TestRatioIgnoresFailedRounds(t *testing.T) {
	reference, s := &series{}, &series{}
	for _, us := range []float64{10, 20, 30} {
		reference.add(us, true)
	}
	s.add(5, true)
	s.add(1, false)
	s.add(15, true)
	if got := s.ratio(reference); got != 0.5 {
		t.Errorf("got %v, want 0.5", got)
	}
	if s.failed != 1 {
		t.Errorf("got %d failures, want 1", s.failed)
	}
}
