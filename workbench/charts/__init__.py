"""One function a chart: a DataFrame goes in, a plotly figure comes out. `base` has what all of them share."""
