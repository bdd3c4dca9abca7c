package main

import (
	"math"
	"slices"
)

// quantile gives the value below which the part q of the sample lies; NaN of nothing.
func quantile(sample []float64, q float64) float64 {
	if len(sample) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(sample))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func median(sample []float64) float64 { return quantile(sample, 0.5) }

// ratios pairs two samples round by round.
func ratios(sample, reference []float64) []float64 {
	var r []float64
	for i := range min(len(sample), len(reference)) {
		r = append(r, sample[i]/reference[i])
	}
	return r
}
