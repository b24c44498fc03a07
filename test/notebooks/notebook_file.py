"""Notebooks as they are committed: the same run gives the same bytes, up to what it measures."""

import nbformat

# What our kernel says of itself, so that saving in JupyterLab changes nothing either.
METADATA = {
    "kernelspec": {"display_name": "TypeScript", "language": "typescript", "name": "tslab"},
    "language_info": {
        "codemirror_mode": "typescript",
        "file_extension": ".ts",
        "mimetype": "text/typescript",
        "name": "typescript",
        "pygments_lexer": "typescript",
        "version": "5.0.4",
    },
}

KEPT_CELL_METADATA = {"tags", "jupyter"}


def write_notebook(notebook, path):
    """Write with constant metadata: no timestamps, no state of the interface."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in KEPT_CELL_METADATA}
    nbformat.write(notebook, path)


def with_joined_streams(outputs):
    """Join neighbouring pieces of one stream, as JupyterLab shows them."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        both_streams = last and last.output_type == output.output_type == "stream"
        if both_streams and last.name == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined
