"""The panels of the web chat. With app.py the only place that imports gradio."""
