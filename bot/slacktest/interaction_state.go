package slacktest

// stateTypes are the fields in which an element type keeps its value and its initial value.
var stateTypes = map[string]struct {
	value, initial string
	many           bool
}{
	"plain_text_input":           {value: "value", initial: "initial_value"},
	"number_input":               {value: "value", initial: "initial_value"},
	"static_select":              {value: "selected_option", initial: "initial_option"},
	"external_select":            {value: "selected_option", initial: "initial_option"},
	"radio_buttons":              {value: "selected_option", initial: "initial_option"},
	"multi_static_select":        {value: "selected_options", initial: "initial_options", many: true},
	"checkboxes":                 {value: "selected_options", initial: "initial_options", many: true},
	"users_select":               {value: "selected_user", initial: "initial_user"},
	"multi_users_select":         {value: "selected_users", initial: "initial_users", many: true},
	"datepicker":                 {value: "selected_date", initial: "initial_date"},
	"timepicker":                 {value: "selected_time", initial: "initial_time"},
	"datetimepicker":             {value: "selected_date_time", initial: "initial_date_time"},
	"email_text_input":           {value: "value", initial: "initial_value"},
	"url_text_input":             {value: "value", initial: "initial_value"},
	"channels_select":            {value: "selected_channel", initial: "initial_channel"},
	"conversations_select":       {value: "selected_conversation", initial: "initial_conversation"},
	"multi_channels_select":      {value: "selected_channels", initial: "initial_channels", many: true},
	"multi_conversations_select": {value: "selected_conversations", initial: "initial_conversations", many: true},
}

// inputState returns the state of each input element, by block and action: the entered value or the initial
// value.
func inputState(blocks []object, entered map[string]map[string]object) map[string]map[string]object {
	values := map[string]map[string]object{}
	for _, block := range blocks {
		id := str(block, "block_id")
		for _, e := range elementsOf(block) {
			if _, keeps := stateTypes[str(e, "type")]; !keeps {
				continue
			}
			if values[id] == nil {
				values[id] = map[string]object{}
			}
			values[id][str(e, "action_id")] = elementState(e, entered[id][str(e, "action_id")])
		}
	}
	return values
}

func elementState(e, entered object) object {
	kind := str(e, "type")
	if str(entered, "type") == kind {
		return entered
	}
	t := stateTypes[kind]
	value := e[t.initial]
	if value == nil && t.many {
		value = []any{}
	}
	return object{"type": kind, t.value: value}
}

// isEmpty reports whether nothing is entered.
func isEmpty(state object) bool {
	value := state[stateTypes[str(state, "type")].value]
	list, isList := value.([]any)
	return value == nil || value == "" || isList && len(list) == 0
}

// selectedState returns the state of an element with a selection: an option's value, a user, a date, a text, or a list
// of them.
func selectedState(e object, selected any) object {
	kind := str(e, "type")
	t := stateTypes[kind]
	if t.initial == "initial_option" || t.initial == "initial_options" {
		selected = optionsFor(e, selected, t.many)
	}
	return object{"type": kind, t.value: selected}
}

// optionsFor returns the option with the value, or the list of options if many is set. It forges an option for a value
// that is not offered.
func optionsFor(e object, selected any, many bool) any {
	if !many {
		return optionFor(e, selected)
	}
	list, ok := selected.([]any)
	if !ok {
		list = []any{selected}
	}
	options := []any{}
	for _, value := range list {
		options = append(options, optionFor(e, value))
	}
	return options
}

func optionFor(e object, selected any) any {
	value, ok := selected.(string)
	if !ok {
		return selected
	}
	offered := children(e, "options")
	for _, group := range children(e, "option_groups") {
		offered = append(offered, children(group, "options")...)
	}
	for _, option := range offered {
		if str(option, "value") == value {
			return option
		}
	}
	return object{"text": object{"type": "plain_text", "text": value}, "value": value}
}
