package slacktest

import (
	"encoding/json"
	"fmt"
	"slices"
)

// chart validates the chart of a data_visualization block.
func chart(v *validation, at string, value any) {
	series := shape{
		"series": required(list(1, 6, shape{
			"name": required(text(1, 20)), "data": required(list(1, 20, shape{"label": required(text(1, 20)), "value": required(number)}.check)),
		}.check)),
		"axis_config": required(shape{
			"categories": required(list(1, 20, text(1, 20))), "x_label": optional(text(0, 50)), "y_label": optional(text(0, 50)),
		}.check),
	}
	byType(map[string]shape{
		"pie": {"segments": required(list(1, 6, shape{"label": required(text(1, 20)), "value": required(positive)}.check))},
		"bar": series, "line": series, "area": series,
	})(v, at, value)
	objectRule(seriesMatchCategories)(v, at, value)
}

func positive(v *validation, at string, value any) {
	n, ok := value.(json.Number)
	if f, err := n.Float64(); !ok || err != nil || f <= 0 {
		v.add(at, "must be a number greater than 0")
	}
}

// seriesMatchCategories validates that series have unique names and exactly one point for each category.
func seriesMatchCategories(v *validation, at string, o object) {
	categories := stringsIn(child(o, "axis_config")["categories"])
	if hasDuplicates(categories) {
		v.add(at+"/axis_config/categories", "categories must be unique")
	}
	slices.Sort(categories)
	var names []string
	for i, series := range children(o, "series") {
		names = append(names, str(series, "name"))
		var labels []string
		for _, point := range children(series, "data") {
			labels = append(labels, str(point, "label"))
		}
		slices.Sort(labels)
		if !slices.Equal(labels, categories) {
			v.add(fmt.Sprintf("%s/series/%d/data", at, i), "must have exactly one point for every category")
		}
	}
	if hasDuplicates(names) {
		v.add(at+"/series", "names must be unique")
	}
}

func hasDuplicates(names []string) bool {
	sorted := slices.Sorted(slices.Values(names))
	return len(slices.Compact(sorted)) != len(names)
}

// stringsIn returns the strings in a list.
func stringsIn(value any) []string {
	items, _ := value.([]any)
	var all []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	return all
}
